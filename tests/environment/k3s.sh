#!/usr/bin/env bash
# An image of k3s, a real Kubernetes in one container, where a registry hands it out and the engine runs privileged containers.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source "$environment_dir/images.sh"

image=$(pinned_image k3s)
pull "$image" || unavailable k3s "its image is not available"
"$docker" run --rm --privileged --entrypoint /bin/true "$image" >/dev/null 2>&1 ||
    unavailable k3s "the engine runs no privileged containers"
provide HEALTH_AGENT_TEST_K3S_IMAGE "$image"
say "k3s: $image"
