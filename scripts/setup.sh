# Sourced by every script here: shows the help, then sets up what is missing, and says so. Fast when nothing is.
#
# Caller: . "$(dirname "$0")/setup.sh"; setup [java] [maven] [chromium] [python] [baselines] [frameworks]; run <program> "$@"
# The help of a script is the comment at its head.

# CDPATH would send cd elsewhere, and have it print where.
unset CDPATH
ROOT=$(cd "$(dirname "$0")/.." && pwd)
TOOLS="$ROOT/.local/tools"
NODE_VERSION=24.21.0
PNPM_VERSION=12.21.0

say() { printf '%s\n' "cloakroom: $*" >&2; }
die() { say "$*"; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

for argument; do
  case $argument in
    --help | -h)
      sed -n '2,/^[^#]/{s/^# \{0,1\}//p;}' "$0"
      exit 0
      ;;
  esac
done

# Installs Debian packages where that is possible, and says exactly what to install where it is not.
install_debian() { # <what it is for> <package>...
  purpose=$1
  shift
  if have apt-get && [ "$(id -u)" = 0 ]; then
    say "installing $* ($purpose)"
    log="$ROOT/.local/apt-$1.log"
    # Another part that is set up beside this one may be at it.
    { flock 9 && apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@"; } \
      9>"$ROOT/.local/apt.lock" >"$log" 2>&1 || { tail -5 "$log" >&2; return 1; }
  else
    say "$purpose is missing and cannot be installed from here; on Debian: sudo apt-get install $*"
    return 1
  fi
}

setup_node() {
  mkdir -p "$TOOLS"
  have npm || install_debian 'npm, to fetch Node 24' nodejs npm || die "install Node $NODE_VERSION or newer (https://nodejs.org), then run this again"
  major=$(node --version 2>/dev/null | sed 's/^v\([0-9]*\).*/\1/')
  # Called from another script, the Node on PATH may be the one in .local/tools: it is not the system's, and must stay there.
  case $(command -v node) in "$TOOLS"/*) major=0 ;; esac
  packages="pnpm@$PNPM_VERSION"
  if [ "${major:-0}" -lt 24 ]; then
    os=$(uname -s | tr '[:upper:]' '[:lower:]')
    case $(uname -m) in x86_64 | amd64) arch=x64 ;; aarch64 | arm64) arch=arm64 ;; *) die "install Node $NODE_VERSION or newer for $(uname -m), then run this again" ;; esac
    node_package="node-$os-$arch"
    packages="$packages $node_package@$NODE_VERSION"
    export npm_config_nodedir="$TOOLS/node_modules/$node_package"
    PATH="$TOOLS/node_modules/$node_package/bin:$PATH"
  fi
  if [ "$(cat "$TOOLS/installed" 2>/dev/null)" != "$packages" ]; then
    say "installing $packages into .local/tools (once)"
    # shellcheck disable=SC2086 # a list of words
    npm install --prefix "$TOOLS" --no-save --no-update-notifier --no-package-lock --no-audit --no-fund --loglevel=error $packages >/dev/null || die "npm could not install $packages; see above"
    printf '%s' "$packages" >"$TOOLS/installed"
  fi
  PATH="$ROOT/node_modules/.bin:$PATH"
  export PATH
}

# Amazon's runtime client has a native part. Without a compiler it is left out, and a small client of our own serves.
setup_runtime_client() {
  [ "$(uname -s)" = Linux ] || return 0
  if ! have cmake || ! have make || ! have g++ || ! have python3; then
    install_debian "a compiler for Amazon's Lambda runtime client" cmake make g++ python3 ||
      say 'going on without it: functions will run under our own runtime client'
  fi
}

setup_packages() {
  cmp -s "$ROOT/pnpm-lock.yaml" "$ROOT/node_modules/.cloakroom-lock" || setup_runtime_client
  install_locked "$ROOT" 'packages (about a minute the first time: one of them is compiled)'
}

# What scripts/bench measures against: a lock file of its own, and nothing of it in the product's.
setup_baselines() { install_locked "$ROOT/bench" 'what to measure against, into bench/node_modules'; }

# What a team's API is written in, to hold the pages about it to: a lock file of its own too.
setup_frameworks() { install_locked "$ROOT/terraform/frameworks" 'AWS CDK and the Serverless Framework, into terraform/frameworks/node_modules'; }

# Installs what a folder's lock file says, unless it is there.
install_locked() { # <folder> <what that is>
  stamp="$1/node_modules/.cloakroom-lock"
  cmp -s "$1/pnpm-lock.yaml" "$stamp" && return 0
  say "installing $2"
  log="$ROOT/.local/install-$(basename "$1").log"
  (cd "$1" && CI=true node "$TOOLS/node_modules/pnpm/bin/pnpm.mjs" install --frozen-lockfile) >"$log" 2>&1 ||
    { tail -40 "$log" >&2; die "pnpm install failed; see above, the whole of it is in $log"; }
  cp "$1/pnpm-lock.yaml" "$stamp"
}

# DynamoDB Local wants Java 17 or newer.
setup_java() {
  major=$(java -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p')
  [ "${major:-0}" -ge 17 ] && return 0
  install_debian 'Java 17 for DynamoDB Local' openjdk-17-jre-headless ||
    die 'install Java 17 or newer (macOS: brew install openjdk@17), then run this again'
}

# Fetches Keycloak, once. Where it is not to be had, the program that needs it says so.
setup_maven() {
  have mvn || ls -d "$TOOLS"/keycloak-* >/dev/null 2>&1 || install_debian 'Maven for Keycloak' maven || :
}

# For the tests in a real browser. Without it they are left out, and scripts/test says so.
setup_chromium() {
  [ -n "${CHROMIUM_BIN-}" ] || have chromium || have google-chrome ||
    install_debian 'Chromium for the tests in a browser' chromium || :
}

# The emulator of AWS and the scanners for the tests of terraform apply. Without Python they are left out, and scripts/test says so.
setup_python() {
  requirements="$ROOT/terraform/apply/requirements.txt"
  cmp -s "$requirements" "$TOOLS/python/installed.txt" && return 0
  python3 -c 'import ensurepip, venv' 2>/dev/null ||
    install_debian 'Python for the tests of terraform apply' python3 python3-venv || return 0
  say 'installing moto, cfn-lint, checkov and parliament into .local/tools/python (about half a minute, once)'
  log="$ROOT/.local/python.log"
  rm -rf "$TOOLS/python"
  { python3 -m venv "$TOOLS/python" &&
    "$TOOLS/python/bin/pip" install --no-deps --require-hashes -r "$requirements"; } >"$log" 2>&1 ||
    { tail -5 "$log" >&2; rm -rf "$TOOLS/python"; say 'going on without them'; return 0; }
  cp "$requirements" "$TOOLS/python/installed.txt"
}

# setup [java] [maven] [chromium] [python] [baselines] [frameworks]: everything that the calling script needs, side by side: each
# part mostly waits for the network, or for one core.
setup() {
  mkdir -p "$ROOT/.local"
  setup_node
  jobs=
  trap 'kill $jobs 2>/dev/null; exit 130' INT TERM
  for part in packages "$@"; do
    "setup_$part" &
    jobs="$jobs $!"
  done
  failed=
  for job in $jobs; do wait "$job" || failed=1; done
  trap - INT TERM
  [ -z "$failed" ] || exit 1
}

# run <program> <arguments>: the TypeScript program beside the script, in this process. It and the Node programs that it runs keep what
# they compile: loading hundreds of modules takes half as long the second time.
run() {
  program=$1
  shift
  export NODE_COMPILE_CACHE="${NODE_COMPILE_CACHE:-$ROOT/.local/compiled}"
  exec node --disable-warning=ExperimentalWarning "$ROOT/scripts/$program" "$@"
}
