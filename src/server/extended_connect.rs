//! In: an extended CONNECT of HTTP/2 (RFC 8441), as browsers open WebSockets over it. Out: the request that asks an
//! origin for the same over HTTP/1.1, and the answer to it in HTTP/2's words. What has no such answer opens no tunnel.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, UPGRADE};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use hyper::ext::Protocol;
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};

use super::body::{AnyBody, empty};

/// RFC 6455, 1.3.
const SERVERS_PROOF: &[u8] = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// A WebSocket that was asked for over HTTP/2.
#[derive(Debug)]
pub struct Asked {
    /// What an origin that speaks the protocol makes of the key it was sent (RFC 6455, 4.2.2).
    accept: String,
}

impl Asked {
    /// Makes an HTTP/1.1 handshake of an extended CONNECT for a WebSocket; leaves other requests alone.
    pub fn translate<B>(request: &mut Request<B>) -> Option<Asked> {
        let protocol = request.extensions().get::<Protocol>()?;
        if request.method() != Method::CONNECT || protocol.as_str() != "websocket" {
            return None;
        }
        let mut nonce = [0; 16];
        getrandom::fill(&mut nonce).ok()?;
        let key = STANDARD.encode(nonce);
        let proof = [key.as_bytes(), SERVERS_PROOF].concat();
        let accept = STANDARD.encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, &proof));
        let key = HeaderValue::from_str(&key).ok()?;
        *request.method_mut() = Method::GET;
        let headers = request.headers_mut();
        headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
        headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
        headers.insert(SEC_WEBSOCKET_KEY, key);
        Some(Asked { accept })
    }

    /// The answer to the CONNECT: a 200 opens the tunnel, so it stands for a 101 and for nothing else.
    pub fn answer(&self, mut response: Response<AnyBody>) -> Response<AnyBody> {
        let accepted = response.headers().get(SEC_WEBSOCKET_ACCEPT).is_some_and(|it| *it == self.accept);
        if response.status() == StatusCode::SWITCHING_PROTOCOLS && accepted {
            *response.status_mut() = StatusCode::OK;
            for name in [CONNECTION, UPGRADE, SEC_WEBSOCKET_ACCEPT] {
                response.headers_mut().remove(name);
            }
            return response;
        }
        if response.status().is_informational() || response.status().is_success() {
            let mut refusal = Response::new(empty());
            *refusal.status_mut() = StatusCode::BAD_GATEWAY;
            return refusal;
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(method: Method, protocol: &'static str) -> (Option<Asked>, Request<()>) {
        let mut request =
            Request::builder().method(method).uri("https://clinic.example/chat").body(()).unwrap();
        request.extensions_mut().insert(Protocol::from_static(protocol));
        (Asked::translate(&mut request), request)
    }

    #[test]
    fn a_websocket_and_nothing_else_is_translated() {
        let (translated, request) = asked(Method::CONNECT, "websocket");
        assert!(translated.is_some());
        assert_eq!(
            (request.method(), &request.headers()[UPGRADE]),
            (&Method::GET, &HeaderValue::from_static("websocket"))
        );
        assert_eq!(request.headers()[SEC_WEBSOCKET_KEY].len(), 24);
        for (method, protocol) in [(Method::CONNECT, "connect-udp"), (Method::GET, "websocket")] {
            let (translated, request) = asked(method.clone(), protocol);
            assert!(translated.is_none() && *request.method() == method && request.headers().is_empty());
        }
    }

    #[test]
    fn only_the_proof_opens_the_tunnel() {
        let asked = Asked { accept: "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=".to_owned() };
        let status = |status: u16, accept: &str| {
            let response = Response::builder().status(status).header(SEC_WEBSOCKET_ACCEPT, accept);
            asked.answer(response.body(empty()).unwrap()).status().as_u16()
        };
        assert_eq!(status(101, &asked.accept), 200);
        for (given, accept, made) in [
            (101, "other", 502),
            (200, asked.accept.as_str(), 502),
            (204, "", 502),
            (403, "", 403),
            (302, "", 302),
        ] {
            assert_eq!(status(given, accept), made, "{given} {accept}");
        }
    }
}
