use paravent::visitor::Keys;

fn log(keys: Keys) -> String {
    format!("{keys:?}")
}

fn main() {}
