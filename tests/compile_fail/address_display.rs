use paravent::visitor::PeerAddress;

fn header(peer: PeerAddress) -> String {
    peer.to_string()
}

fn main() {}
