use paravent::visitor::PeerAddress;

fn seen_before(one: PeerAddress, other: PeerAddress) -> bool {
    one == other
}

fn main() {}
