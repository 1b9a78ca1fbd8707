#!/bin/sh
# Prepares this checkout: Python packages in .venv, system packages where they can be installed.
#
#   .setup/setup.sh app      what the app needs
#   .setup/setup.sh tests    that, and what the tests need
#
# A second run finds everything in place and says nothing. With STYLEMATE_REQUIRE_ALL=1 a system
# package that cannot be had is a failure; otherwise what needs it is left out, with the reason.
set -eu

TORCH_VERSION=2.13.0
TORCH_CPU_INDEX=https://download.pytorch.org/whl/cpu

purpose=${1:-}
case $purpose in
    app) requirement=. ;;
    tests) requirement='.[dev]' ;;
    *)
        echo "usage: .setup/setup.sh app|tests" >&2
        exit 2
        ;;
esac

cd -- "$(dirname -- "$0")/.."
checkout=$(pwd)
environment=$checkout/.venv
stamp=$environment/.stylemate-$purpose

say() { printf 'stylemate: %s\n' "$*"; }

give_up() {
    printf 'stylemate: %s\n' "$*" >&2
    exit 1
}

# Runs a command and shows what it said only if it failed.
quietly() {
    if said=$("$@" </dev/null 2>&1); then return 0; fi
    printf '%s\n' "$said" >&2
    return 1
}

# --- system packages -----------------------------------------------------------------------

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi
}

can_install() {
    command -v apt-get >/dev/null 2>&1 || return 1
    [ "$(id -u)" -eq 0 ] && return 0
    command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null
}

apt_lists=stale

# Installs Debian packages; returns 1 when that is not possible here.
install_packages() {
    can_install || return 1
    say "installing $*"
    if [ "$apt_lists" = stale ]; then
        quietly as_root apt-get update -qq || return 1
        apt_lists=fresh
    fi
    quietly as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "$@"
}

# need WHAT-FOR PACKAGE...: installs, or tells the person what to type.
need() {
    reason=$1
    shift
    install_packages "$@" && return 0
    if [ "${STYLEMATE_REQUIRE_ALL:-}" = 1 ]; then
        give_up "$reason. It could not be installed here; install it with: sudo apt-get install $*"
    fi
    say "$reason. Install it with: sudo apt-get install $*"
}

# --- Python --------------------------------------------------------------------------------

is_recent() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
    for name in python3 python3.14 python3.13 python3.12 python3.11; do
        if command -v "$name" >/dev/null 2>&1 && is_recent "$name"; then
            command -v "$name"
            return 0
        fi
    done
    return 1
}

require_python() {
    python=$(find_python) && return 0
    install_packages python3 && python=$(find_python) && return 0
    give_up "Stylemate needs Python 3.11 or newer, and none was found." \
        "On Debian 12 or Ubuntu 24.04: sudo apt-get install python3 python3-venv"
}

make_environment() {
    if [ -x "$environment/bin/python" ] && "$environment/bin/python" -m pip --version >/dev/null 2>&1
    then
        is_recent "$environment/bin/python" && return 0
        give_up "$environment was made with a Python older than 3.11. Delete it and run this again."
    fi
    require_python
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        # Debian keeps these in a package of their own, one for each Python.
        package=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
        install_packages "$package" || give_up \
            "Python's venv module is missing. Install it with: sudo apt-get install $package"
    fi
    say "making a Python environment in $environment"
    "$python" -m venv --clear "$environment"
    # Debian's own pip is years old and stumbles over newer packages.
    pip_install --upgrade pip
}

# Downloads take minutes, so a person sees pip's progress; a log gets what pip says in trouble.
pip_install() {
    if [ -t 1 ]; then
        "$environment/bin/python" -m pip install --disable-pip-version-check "$@" </dev/null
    else
        quietly "$environment/bin/python" -m pip install --disable-pip-version-check "$@"
    fi || give_up "the Python packages could not be installed; the reason stands above." \
        "Running this again goes on from here."
}

has_gpu() {
    command -v nvidia-smi >/dev/null 2>&1 && nvidia-smi -L 2>/dev/null | grep -q GPU
}

# pip brings its own certificates, which a bare system does not have yet.
cpu_index_answers() {
    "$environment/bin/python" - "$TORCH_CPU_INDEX/torch/" <<'PROBE' 2>/dev/null
import sys
from pip._vendor import requests

requests.get(sys.argv[1], timeout=5, stream=True).raise_for_status()
PROBE
}

install_torch() {
    "$environment/bin/python" -c 'import torch' 2>/dev/null && return 0
    if has_gpu || [ "$(uname -s)" != Linux ]; then
        say "installing PyTorch"
        pip_install "torch==$TORCH_VERSION"
    elif cpu_index_answers; then
        say "installing PyTorch for the CPU"
        # A local version such as 2.13.0+cpu sorts above 2.13.0, so pip takes the small build.
        pip_install "torch==$TORCH_VERSION" --extra-index-url "$TORCH_CPU_INDEX"
    else
        say "installing PyTorch (its CPU-only index does not answer; the build may be larger)"
        pip_install "torch==$TORCH_VERSION"
    fi
}

# --- programs and libraries ------------------------------------------------------------------

has_cairo() {
    "$environment/bin/python" -c 'import ctypes; ctypes.CDLL("libcairo.so.2")' 2>/dev/null
}

has_program() {
    for name in "$@"; do
        command -v "$name" >/dev/null 2>&1 && return 0
        [ -x "/usr/games/$name" ] && return 0
    done
    return 1
}

on_ubuntu() {
    grep -q '^ID=ubuntu' /etc/os-release 2>/dev/null
}

# Playwright's driver is a program of its own with a library that small systems lack.
driver_runs() {
    "$environment/bin/python" -m playwright --version >/dev/null 2>&1
}

require_browser() {
    driver_runs || need "the browser tests need the atomic library" libatomic1
    has_program chromium chromium-browser google-chrome && return 0
    if on_ubuntu; then
        # Ubuntu's own chromium is a snap, which containers and servers often cannot run.
        say "installing a Chromium for the browser tests"
        if can_install; then
            quietly as_root "$environment/bin/python" -m playwright install-deps chromium ||
                say "the browser's libraries could not all be installed"
        fi
        quietly "$environment/bin/python" -m playwright install chromium && return 0
    fi
    need "the browser tests need Chromium" chromium fonts-dejavu-core
}

require_system() {
    [ "$(uname -s)" = Linux ] || return 0
    has_cairo || need "the board image download needs the cairo library" libcairo2
    [ "$purpose" = tests ] || return 0
    has_program stockfish || need "the attribute tests compare with Stockfish" stockfish
    has_program pgn-extract || need "a test of reading games compares with pgn-extract" pgn-extract
    has_program shellcheck || need "the test of the set-up scripts needs shellcheck" shellcheck
    has_program git || need "the project tests ask git for the list of files" git
    require_browser
}

# --- all together ----------------------------------------------------------------------------

# The environment is good for as long as none of these change.
state() {
    printf '%s\n' "$checkout" "$requirement"
    cksum pyproject.toml .setup/setup.sh
}

if [ -x "$environment/bin/python" ] && [ "$(state)" = "$(cat "$stamp" 2>/dev/null)" ]; then
    exit 0
fi
make_environment
install_torch
say "installing Stylemate and what it needs"
pip_install --editable "$requirement"
require_system
state >"$stamp"
say "ready"
