#!/usr/bin/env bash
# Fetches the fonts that a PDF is written with, cuts them to what Chinese documents use, and leaves
# them in crates/services/briefs/fonts/, where a build finds them. Asks the network only for what is
# not there yet, and nothing at all once the fonts are. Needs npm and python3 with pip.
set -euo pipefail
tools=$(cd "$(dirname "$0")" && pwd)
fonts="$tools/../../crates/services/briefs/fonts"
cache="$tools/../../.cache/fonts"
npm_version=0.4.3
fonttools=fonttools==4.68.0

# What made the fonts that are there: they are good as long as it has not changed.
recipe=$(cat "$tools/take.sh" "$tools/cut.py" | sha256sum | cut -d' ' -f1)
[ "$(cat "$fonts/recipe" 2>/dev/null)" != "$recipe" ] || exit 0

at_the_end() {
    local status=$?
    [ $status != 0 ] || return 0
    if ls "$fonts"/{serif,serif-bold,sans}.ttf.gz >/dev/null 2>&1; then
        echo "fonts: could not be taken anew; those in crates/services/briefs/fonts stay" >&2
        exit 0
    fi
    echo "fonts: could not be taken; what is built now writes HTML and DOCX, but no PDF" >&2
}
trap at_the_end EXIT

# face FILE FAMILY FACE: one face out of the family's package
face() {
    local archive="expo-google-fonts-$2-$npm_version.tgz"
    [ -s "$archive" ] || npm pack --silent "@expo-google-fonts/$2@$npm_version" >/dev/null
    grep " $archive\$" "$tools/archives.sha256" | sha256sum --check --quiet || { rm -f "$archive"; return 1; }
    tar -xzOf "$archive" "package/$3" >"$1"
}

mkdir -p "$cache"
cd "$cache"
echo "fonts: taking Noto Serif SC and Noto Sans SC" >&2
face serif.ttf noto-serif-sc 400Regular/NotoSerifSC_400Regular.ttf
face serif-bold.ttf noto-serif-sc 700Bold/NotoSerifSC_700Bold.ttf
face sans.ttf noto-sans-sc 500Medium/NotoSansSC_500Medium.ttf
face OFL.txt noto-serif-sc LICENSE_FONT
if [ ! -d "$fonttools" ]; then
    rm -rf part
    python3 -m pip install --quiet --disable-pip-version-check --root-user-action ignore \
        --target part "$fonttools"
    mv part "$fonttools"
fi
PYTHONPATH="$fonttools" python3 "$tools/cut.py" "$cache" "$fonts"
cp OFL.txt "$fonts/"
echo "$recipe" >"$fonts/recipe"
