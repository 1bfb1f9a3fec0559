//! TLS in front and behind: HTTP/2 and HTTP/1.1 by ALPN, certificates by name from PEM files, plain HTTP sent
//! to TLS, an origin over HTTPS whose certificate is verified.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail by panicking")]

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use http_body_util::{BodyExt, Empty, Full};
use hyper::body::{Bytes, Incoming};
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::{TlsAcceptor, TlsConnector};

const PAGE: &str = "<!doctype html><html lang=en><head><script src=\"https://connect.facebook.net/x.js\"></script></head><body><h1>Clinic</h1></body></html>";

/// A certificate for `names`, signed by itself, as PEM files `NAME.pem` and `NAME.key`.
fn write_certificate(folder: &Path, file: &str, names: &[&str]) {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let made = rcgen::generate_simple_self_signed(names).unwrap();
    std::fs::write(folder.join(format!("{file}.pem")), made.cert.pem()).unwrap();
    std::fs::write(folder.join(format!("{file}.key")), made.signing_key.serialize_pem()).unwrap();
}

fn certificate(folder: &Path, file: &str) -> CertificateDer<'static> {
    CertificateDer::from_pem_file(folder.join(format!("{file}.pem"))).unwrap()
}

/// An origin that speaks HTTP/1.1 over TLS and tells the host it was asked for.
async fn https_origin(folder: &Path) -> SocketAddr {
    let key = PrivateKeyDer::from_pem_file(folder.join("origin.key")).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate(folder, "origin")], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(tls));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let Ok(stream) = acceptor.accept(stream).await else { return };
                let service = hyper::service::service_fn(|request: Request<Incoming>| async move {
                    let host = request.headers()["host"].clone();
                    let answer =
                        Response::builder().header("content-type", "text/html").header("x-host", host);
                    answer.body(Full::new(Bytes::from_static(PAGE.as_bytes())))
                });
                let _ = hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), service)
                    .await;
            });
        }
    });
    address
}

struct Paravent {
    child: Child,
    http: SocketAddr,
    https: SocketAddr,
}

impl Drop for Paravent {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn start(folder: &Path, origin: SocketAddr, trusts_origin: bool) -> Paravent {
    let ca = if trusts_origin { "origin.pem" } else { "one.pem" };
    let path = |name: &str| folder.join(name).display().to_string();
    let config = format!(
        r#"[server]
listen = ["127.0.0.1:0"]
tls_listen = ["127.0.0.1:0"]
admin_listen = "127.0.0.1:0"
state_dir = "{state}"
[server.usage]
checkpoint_dir = "{state}"
[[server.certificate]]
cert = "{one}"
key = "{one_key}"
[[server.certificate]]
cert = "{two}"
key = "{two_key}"
[[site]]
hosts = ["one.example", "two.example"]
origin = ["https://localhost:{port}"]
origin_ca = "{ca}"
jurisdiction = "quebec"
languages = ["fr", "en"]
"#,
        state = path("state"),
        one = path("one.pem"),
        one_key = path("one.key"),
        two = path("two.pem"),
        two_key = path("two.key"),
        port = origin.port(),
        ca = path(ca),
    );
    let file = folder.join("paravent.toml");
    std::fs::write(&file, config).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_paravent"))
        .arg("serve")
        .arg("--config")
        .arg(&file)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut address = |scheme: &str| {
        let line = lines.next().expect("paravent started").unwrap();
        line.strip_prefix(&format!("listening on {scheme}://"))
            .unwrap()
            .trim_end_matches('/')
            .parse()
            .unwrap()
    };
    let (http, https) = (address("http"), address("https"));
    Paravent { child, http, https }
}

/// Asks `host` over TLS, trusting only the certificate `trusted`; gives protocol, answer's head and text.
async fn ask(
    folder: &Path,
    to: SocketAddr,
    host: &'static str,
    trusted: &str,
    protocol: &str,
) -> (hyper::http::response::Parts, String) {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(certificate(folder, trusted)).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    tls.alpn_protocols = vec![protocol.as_bytes().to_vec()];
    let stream = TcpStream::connect(to).await.unwrap();
    let name = ServerName::try_from(host).unwrap();
    let stream = TlsConnector::from(Arc::new(tls)).connect(name, stream).await.unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(protocol.as_bytes()));
    let request = Request::builder().header("accept", "text/html").header("cookie", "a=1");
    let response = if protocol == "h2" {
        let io = TokioIo::new(stream);
        let (mut sender, connection) =
            hyper::client::conn::http2::handshake(TokioExecutor::new(), io).await.unwrap();
        tokio::spawn(connection);
        let request = request.uri(format!("https://{host}/")).body(Empty::<Bytes>::new()).unwrap();
        sender.send_request(request).await.unwrap()
    } else {
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        let request = request.uri("/").header("host", host).body(Empty::<Bytes>::new()).unwrap();
        sender.send_request(request).await.unwrap()
    };
    let (head, body) = response.into_parts();
    let text = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
    (head, text)
}

#[tokio::test]
async fn pages_go_over_tls_on_both_sides_and_by_both_versions() {
    let folder = tempfile::tempdir().unwrap();
    write_certificate(folder.path(), "one", &["one.example"]);
    write_certificate(folder.path(), "two", &["two.example"]);
    write_certificate(folder.path(), "origin", &["localhost"]);
    let origin = https_origin(folder.path()).await;
    let paravent = start(folder.path(), origin, true);
    for (host, trusted) in [("one.example", "one"), ("two.example", "two")] {
        for protocol in ["h2", "http/1.1"] {
            let (head, text) = ask(folder.path(), paravent.https, host, trusted, protocol).await;
            assert_eq!(head.status, 200, "{host} over {protocol}");
            assert_eq!(head.headers["x-host"], host, "the origin gets the visitor's host");
            assert!(text.contains("Clinic") && text.contains("data-paravent"), "{text}");
            assert!(!text.contains("connect.facebook.net"), "{text}");
            let told = &head.headers["strict-transport-security"];
            assert_eq!(told, "max-age=31536000", "{host} over {protocol}");
        }
    }
}

#[tokio::test]
async fn an_origin_whose_certificate_is_not_trusted_is_away() {
    let folder = tempfile::tempdir().unwrap();
    write_certificate(folder.path(), "one", &["one.example"]);
    write_certificate(folder.path(), "two", &["two.example"]);
    write_certificate(folder.path(), "origin", &["localhost"]);
    let origin = https_origin(folder.path()).await;
    let paravent = start(folder.path(), origin, false);
    let (head, text) = ask(folder.path(), paravent.https, "one.example", "one", "h2").await;
    assert_eq!(head.status, 502);
    assert!(!text.contains("Clinic"));
}

#[tokio::test]
async fn plain_requests_are_sent_to_tls() {
    let folder = tempfile::tempdir().unwrap();
    write_certificate(folder.path(), "one", &["one.example"]);
    write_certificate(folder.path(), "two", &["two.example"]);
    write_certificate(folder.path(), "origin", &["localhost"]);
    let paravent = start(folder.path(), https_origin(folder.path()).await, true);
    let stream = TcpStream::connect(paravent.http).await.unwrap();
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let request = Request::builder().uri("/a?b=c").header("host", "one.example");
    let answer = sender.send_request(request.body(Empty::<Bytes>::new()).unwrap()).await.unwrap();
    assert_eq!(answer.status(), 308);
    let expected = format!("https://one.example:{}/a?b=c", paravent.https.port());
    assert_eq!(answer.headers()["location"], expected.as_str());
    assert!(!answer.headers().contains_key("strict-transport-security"), "RFC 6797, 7.2");
}
