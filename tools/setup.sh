#!/usr/bin/env bash
# Installs what `make test` needs and this machine lacks. Needs apt-get and the right to use it.
set -euo pipefail
have() { command -v "$1" >/dev/null; }
have_postgres() { have initdb || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; }
missing=()
have_postgres || missing+=(postgresql)
have chromium || missing+=(chromium fonts-noto-cjk)
have pdftotext || missing+=(poppler-utils)
have python3 || missing+=(python3)
python3 -m pip --version >/dev/null 2>&1 || missing+=(python3-pip)
have cc || missing+=(build-essential)
have openssl || missing+=(openssl)
have curl || missing+=(curl)
have faketime || missing+=(faketime)
have eatmydata || missing+=(eatmydata)
have haproxy || missing+=(haproxy)
have socat || missing+=(socat)
have xmllint || missing+=(libxml2-utils)
have mkfs.ext4 || missing+=(e2fsprogs)
if ((${#missing[@]})); then
    echo "installing: ${missing[*]}"
    sudo=$([ "$(id -u)" = 0 ] || echo sudo)
    $sudo apt-get update -qq
    DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "${missing[@]}"
fi
