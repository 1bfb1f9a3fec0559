use paravent::visitor::PeerAddress;

fn store(peer: PeerAddress) -> String {
    serde_json::to_string(&peer).unwrap_or_default()
}

fn main() {}
