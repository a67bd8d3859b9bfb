#!/usr/bin/env bash
# Builds the samples outside the repository against the packages in a folder, runs them, and asks them.
#
#   tests/packages/run.sh FOLDER
set -euo pipefail
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
packages=$(cd "$1" && pwd)
work=$(mktemp -d)
application=
trap 'if [ -n "$application" ]; then kill "$application" 2>/dev/null || true; fi; rm -rf "$work"' EXIT

version_of() { # PACKAGE
    local file
    file=$(find "$packages" -name "$1.[0-9]*.nupkg" | head -n 1)
    file=${file##*/"$1".}
    echo "${file%.nupkg}"
}

reference_to() { # PACKAGE: the packed one
    echo "<PackageReference Include=\"$1\" Version=\"$(version_of "$1")\" />"
}

pinned() { # PACKAGE: its version in the repository
    sed -n "s/.*PackageVersion Include=\"$1\" Version=\"\(.*\)\".*/\1/p" "$repository/Directory.Packages.props"
}

# What is tested goes to a folder of its own, so that no other build takes it for a released package.
# The rest may come from the machine's cache.
cat > "$work/nuget.config" <<CONFIG
<configuration>
  <packageSources><add key="packed" value="$packages" /></packageSources>
</configuration>
CONFIG
cat > "$work/Directory.Build.props" <<PROPS
<Project>
  <PropertyGroup>
    <TargetFramework>net10.0</TargetFramework>
    <Nullable>enable</Nullable>
    <ImplicitUsings>enable</ImplicitUsings>
    <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
    <RestorePackagesPath>$work/packages</RestorePackagesPath>
    <RestoreFallbackFolders>${NUGET_PACKAGES:-$HOME/.nuget/packages}</RestoreFallbackFolders>
  </PropertyGroup>
</Project>
PROPS

build() { # SAMPLE
    cp -r "$repository/samples/$1" "$work/$1"
    rm -rf "${work:?}/$1/bin" "${work:?}/$1/obj" "${work:?}/$1/packages.lock.json"
    local project=$work/$1/$1.csproj name
    sed -i.bak \
        -e "s|<ProjectReference Include=\".*/Engine.csproj\" />|$(reference_to HealthAgent)|" \
        -e "s|<ProjectReference Include=\".*/Kinds.csproj\" />|$(reference_to HealthAgent.Kinds)|" \
        "$project"
    for name in $(sed -n 's/.*<PackageReference Include="\([^"]*\)" \/>.*/\1/p' "$project"); do
        sed -i.bak "s|Include=\"$name\" />|Include=\"$name\" Version=\"$(pinned "$name")\" />|" "$project"
    done
    (cd "$work" && dotnet build "$project" -c Release -v quiet -nologo)
}

run() { # SAMPLE VARIABLE=VALUE...: starts it and sets url
    local sample=$1
    shift
    (cd "$work" && exec env ASPNETCORE_URLS=http://127.0.0.1:0 "$@" \
        dotnet "$sample/bin/Release/net10.0/$sample.dll" >"$work/$sample.log" 2>&1) &
    application=$!
    for _ in $(seq 100); do
        url=$(sed -n 's/.*Now listening on: //p' "$work/$sample.log" | head -n 1)
        [ -z "$url" ] || return 0
        sleep 0.2
    done
    cat "$work/$sample.log"
    return 1
}

expect() { # PATH CODE TEXT
    local answer=
    for _ in $(seq 100); do
        answer=$(curl --noproxy '*' -s -w '\n%{http_code}' "$url$1" || true)
        if [[ "$answer" = *"$3"*$'\n'"$2" ]]; then
            echo "ok: $url$1 answers $2"
            return 0
        fi
        sleep 0.2
    done
    printf 'error: %s does not answer %s with "%s", but:\n%s\n' "$1" "$2" "$3" "$answer"
    return 1
}

stop() {
    kill "$application"
    wait "$application" || true
    application=
}

build Shop
run Shop FailWhenExists="$work/fail"
expect /livez 200 ok
expect /readyz 200 ok
expect /health 200 '"status": "pass"'
touch "$work/fail"
expect /readyz 503 'readyz check failed'
stop

build OwnKind
echo 1 > "$work/report.csv"
run OwnKind REPORT="$work/report.csv"
expect /livez 200 ok
expect '/health?mode=full' 200 '"state": "healthy"'
rm "$work/report.csv"
expect '/health?mode=full' 200 'there is no file'
stop
