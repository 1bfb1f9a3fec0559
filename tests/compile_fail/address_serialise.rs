use paravent::visitor::PeerAddress;
use serde::Serialize;

fn store(peer: PeerAddress) -> bool {
    peer.serialize(serde_json::value::Serializer).is_ok()
}

fn main() {}
