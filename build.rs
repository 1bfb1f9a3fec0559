fn main() {
    let out = std::env::var("OUT_DIR").unwrap_or_default();
    let _ = std::fs::write(format!("{out}/catalogue.rs"), "pub static VENDORS: &[Vendor] = &[];");
}
