use paravent::visitor::PeerAddress;

fn twice(peer: PeerAddress) -> (PeerAddress, PeerAddress) {
    (peer.clone(), peer)
}

fn main() {}
