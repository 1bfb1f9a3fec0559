use paravent::visitor::{Arrival, Door, PeerAddress, Scheme};

fn keep(peer: PeerAddress, door: &Door) -> (Arrival, PeerAddress) {
    (peer.arrive(door, None, Scheme::Http), peer)
}

fn main() {}
