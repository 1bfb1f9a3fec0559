use paravent::visitor::PeerAddress;

fn twice(peer: PeerAddress) -> (PeerAddress, PeerAddress) {
    (peer, peer)
}

fn main() {}
