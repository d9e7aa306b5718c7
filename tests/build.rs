//! Makes one test of every scenario, so that a failure carries the scenario's title.

use std::collections::BTreeSet;
use std::path::Path;
use std::{env, fs};

fn main() {
    let root = env::var("CARGO_MANIFEST_DIR").expect("cargo says where the package is");
    let out = env::var("OUT_DIR").expect("cargo says where to write");
    let folder = Path::new(&root).join("scenarios");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut files: Vec<_> = fs::read_dir(&folder)
        .expect("the folder of scenarios is there")
        .map(|entry| entry.expect("its entries can be read").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "scenario"))
        .collect();
    files.sort();
    let mut code = String::new();
    for path in files {
        let topic = path.file_stem().and_then(|stem| stem.to_str()).expect("a plain file name");
        let text = fs::read_to_string(&path).expect("a scenario is text");
        let mut seen = BTreeSet::new();
        code.push_str(&format!(
            "mod {} {{\n    const TEXT: &str = include_str!({path:?});\n",
            identifier(topic)
        ));
        for title in text.lines().filter_map(|line| line.trim().strip_prefix("scenario:")).map(str::trim) {
            let name = identifier(title);
            assert!(seen.insert(name.clone()), "{}: two scenarios are called {title:?}", path.display());
            code.push_str(&format!(
                "    #[test]\n    fn {name}() {{\n        super::on_every_target({topic:?}, TEXT, {title:?});\n    }}\n"
            ));
        }
        assert!(!seen.is_empty(), "{} has no scenario", path.display());
        code.push_str("}\n");
    }
    fs::write(Path::new(&out).join("scenarios.rs"), code).expect("the generated tests can be written");
}

/// A title as the name of a function.
fn identifier(title: &str) -> String {
    let letters = title.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' });
    let name: String = letters.collect();
    let name = name.split('_').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("_");
    if name.starts_with(|c: char| c.is_ascii_digit()) { format!("n{name}") } else { name }
}
