use paravent::visitor::ReceiptId;

fn log(receipt: ReceiptId) -> String {
    format!("{receipt:?}")
}

fn main() {}
