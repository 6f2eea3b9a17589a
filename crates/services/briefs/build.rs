//! Tells the compiler whether the fonts are there to be built in; `tools/fonts/take.sh` brings them.
// What is printed here is read by cargo.
#![allow(clippy::print_stdout)]

fn main() {
    println!("cargo::rerun-if-changed=fonts");
    println!("cargo::rustc-check-cfg=cfg(fonts)");
    let there = |name: &&str| std::path::Path::new("fonts").join(name).is_file();
    if ["serif.ttf.gz", "serif-bold.ttf.gz", "sans.ttf.gz"].iter().all(there) {
        println!("cargo::rustc-cfg=fonts");
    }
}
