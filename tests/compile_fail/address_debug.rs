use paravent::visitor::PeerAddress;

fn log(peer: PeerAddress) -> String {
    format!("{peer:?}")
}

fn main() {}
