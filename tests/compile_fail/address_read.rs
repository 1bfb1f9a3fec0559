use paravent::visitor::PeerAddress;

fn inside(peer: PeerAddress) -> std::net::SocketAddr {
    peer.0
}

fn main() {}
