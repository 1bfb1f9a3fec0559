use paravent::visitor::Visitor;

fn printed(visitor: Visitor) -> String {
    format!("{visitor:?}")
}

fn main() {}
