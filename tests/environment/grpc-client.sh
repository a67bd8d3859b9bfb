#!/usr/bin/env bash
# gRPC's client for Node.js, which the agent's own gRPC health is asked with, as tests/grpc pins it: another implementation than .NET's.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source "$environment_dir/npm.sh"

main() {
    packages_of grpc-client "$repo_dir/tests/grpc"
    provide HEALTH_AGENT_TEST_GRPC_CLIENT "$folder"
    say "grpc-client: @grpc/grpc-js $(package_version @grpc/grpc-js)"
}

with_lock grpc-client main
