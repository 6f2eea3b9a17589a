#!/usr/bin/env python3
"""Draws what `perf script` says as flame graphs, and shares it among the parts of the house.

`flame.py FOLDER KIND=FILE...`: writes FOLDER/KIND.svg for each and prints one table in Markdown. A sample belongs to
the part of its innermost frame that is known to belong to one: a copy of memory inside SQLite is SQLite's.
"""

import collections
import html
import os
import re
import sys

# A part and what its symbols look like; where several match, the one that stands first in the symbol counts.
PARTS = {
    "allocator": r"\b_?mi_\w+|\bmi_\w+|\b(?:malloc|calloc|realloc|free|cfree)\b|__rust_(?:alloc|dealloc|realloc)|__rdl_",
    "SQLite": r"\bsqlite3\w*|\blibsqlite3_sys\b",
    "sqlx": r"\bsqlx\w*",
    "cryptography": r"\b(?:aes_gcm|aes|ghash|polyval|ctr|cipher|aead|sha2|hmac|digest|argon2|blake2|ring|universal_hash)::",
    "JSON": r"\b(?:serde_json|serde_core|serde_path_to_error|serde|itoa|ryu|zmij)::",
    "compression": r"\b(?:flate2|miniz_oxide|zlib_rs|async_compression|compression_codecs)::",
    "rules of the case (casework)": r"\byipan_casework\b",
    "store": r"\byipan_store\b",
    "platform": r"\byipan_platform\b",
    "text": r"\b(?:yipan_text|aho_corasick|regex_automata)\b",
    "calendar, ids, directory (base)": r"\b(?:yipan_base|jiff|uuid|getrandom)\b",
    "routes (casedesk, accounts, http, server)": r"\byipan\w*",
    "HTTP (hyper, axum, tower)": r"\b(?:hyper|hyper_util|axum|axum_core|tower|tower_http|http|httparse|http_body\w*|matchit)::",
    "runtime (tokio)": r"\b(?:tokio|tokio_util|mio|parking_lot\w*|futures\w*|flume|event_listener)::",
}
KNOWN = re.compile("|".join(f"(?P<p{at}>{pattern})" for at, pattern in enumerate(PARTS.values())))
NAMES = list(PARTS)
# The kernel works for whoever called it: what for is seen in its own frames.
KERNEL = [
    ("kernel: to the disk", re.compile(r"fsync|fdatasync|sync_file|writeback|ext4|xfs|btrfs|overlay|vfs_(?:write|read)|pwrite|pread|blk_|submit_bio|io_schedule")),
    ("kernel: network", re.compile(r"tcp|inet|sock|skb|netif|net_rx|epoll|sk_|_sk\b")),
    ("kernel: waking and waiting", re.compile(r"futex|schedule|wake|nanosleep|eventfd")),
]
# Frames of plumbing stand once however deep they are.
PLUMBING = {"HTTP (hyper, axum, tower)", "runtime (tokio)"}
COLOURS = ["#e4572e", "#f3a712", "#a8c686", "#669bbc", "#b388eb", "#f28482", "#84a59d", "#f6bd60", "#7fb7be", "#d3b88c", "#9cadce", "#c9ada7", "#90be6d", "#bcb8b1"]
WIDTH, ROW, LIMIT = 1200, 16, 200_000


def part_of(symbol):
    found = KNOWN.search(symbol)
    return NAMES[int(found.lastgroup[1:])] if found else None


def stacks(path):
    """Each sample of a file as its frames, the outermost first: (symbol, whether the kernel's)."""
    frames = []
    for line in open(path, errors="replace"):
        if not line.strip():
            if frames:
                yield frames[::-1]
            frames = []
        elif line[0] in " \t":
            found = re.match(r"\s+[0-9a-f]+ (.*) \((.*)\)$", line)
            if found:
                symbol = re.sub(r"\+0x[0-9a-f]+$|::h[0-9a-f]{16}", "", found[1])
                frames.append((symbol, "kernel" in found[2] or found[2].endswith(".ko")))
    if frames:
        yield frames[::-1]


def owner(frames):
    """The part to which a sample belongs."""
    inside = [symbol for symbol, kernel in frames if kernel]
    if inside:
        whole = " ".join(inside)
        return next((name for name, pattern in KERNEL if pattern.search(whole)), "kernel: rest")
    return next((part for symbol, _ in reversed(frames) if (part := part_of(symbol))), "elsewhere")


def short(symbol):
    """A symbol without the arguments of its types, as long as a frame can show."""
    name = re.sub(r"^<(.+) as (.+)>::", lambda m: f"{m[1]}::", symbol)
    while "<" in name and (bare := re.sub(r"<[^<>]*>", "", name)) != name:
        name = bare
    name = name.replace("::{{closure}}", "").replace("{closure#0}", "").strip(":")
    return "::".join(name.split("::")[-3:])[:90] or symbol[:90]


def drawn(frames):
    """The frames as they are drawn: plumbing once, one name once in a row."""
    path = []
    for symbol, kernel in frames:
        if symbol == "[unknown]":
            continue
        part = "kernel" if kernel else part_of(symbol)
        name = part if part in PLUMBING else short(symbol)
        if not path or path[-1][0] != name:
            path.append((name, part))
    return path


class Node:
    def __init__(self, part=None):
        self.part, self.count, self.children = part, 0, collections.OrderedDict()

    def add(self, path):
        node = self
        node.count += 1
        for name, part in path:
            node = node.children.setdefault(name, Node(part))
            node.count += 1


def svg(root, title, least):
    """The picture, without frames narrower than `least` pixels."""
    scale, boxes, deepest = WIDTH / max(root.count, 1), [], 0

    def place(node, name, x, depth):
        nonlocal deepest
        width = node.count * scale
        if width < least:
            return
        deepest = max(deepest, depth)
        boxes.append((x, depth, width, name, node))
        for child_name, child in sorted(node.children.items()):
            place(child, child_name, x, depth + 1)
            x += child.count * scale

    place(root, title, 0, 0)
    height = (deepest + 2) * ROW
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="monospace" font-size="11">',
        '<rect width="100%" height="100%" fill="#fff"/>',
    ]
    for x, depth, width, name, node in boxes:
        colour = COLOURS[NAMES.index(node.part) % len(COLOURS)] if node.part in NAMES else ("#bbb" if node.part == "kernel" else "#e5e5e5")
        y, share = height - (depth + 1) * ROW, 100 * node.count / max(root.count, 1)
        label = name[: max(int(width / 6.8), 0)] if width > 30 else ""
        text = f'<text x="{x + 2:.1f}" y="{y + 11}">{html.escape(label)}</text>' if label else ""
        lines.append(
            f'<g><title>{html.escape(name)} {share:.1f} %</title>'
            f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="{ROW - 1}" fill="{colour}"/>{text}</g>'
        )
    return "\n".join(lines + ["</svg>", ""])


def draw(path, frames, title):
    root = Node()
    for sample in frames:
        root.add(drawn(sample))
    least = 1.0
    while len((picture := svg(root, title, least)).encode()) > LIMIT:
        least *= 1.5
    with open(path, "w") as file:
        file.write(picture)


def main():
    folder, shares = sys.argv[1], {}
    os.makedirs(folder, exist_ok=True)
    for kind, path in (argument.split("=", 1) for argument in sys.argv[2:]):
        samples = list(stacks(path))
        if not samples:
            sys.exit(f"{path} holds no samples")
        draw(os.path.join(folder, f"{kind}.svg"), samples, f"{kind}: {len(samples)} samples")
        counted = collections.Counter(owner(frames) for frames in samples)
        shares[kind] = {part: 100 * count / len(samples) for part, count in counted.items()}
    parts = sorted({part for share in shares.values() for part in share}, key=lambda p: -max(s.get(p, 0) for s in shares.values()))
    print("| part | " + " | ".join(f"{kind}, %" for kind in shares) + " |")
    print("|---|" + "---|" * len(shares))
    for part in parts:
        print(f"| {part} | " + " | ".join(f"{share.get(part, 0):.1f}" for share in shares.values()) + " |")


if __name__ == "__main__":
    main()
