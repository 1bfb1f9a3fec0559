//! In: a path of the site. Out: what its origin answers to someone without cookies. Asks no other
//! host, follows nothing by itself, and reads no more than it must.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use flate2::read::MultiGzDecoder;
use http::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, HOST, LOCATION, USER_AGENT};
use http::{HeaderMap, HeaderName, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper::body::{Bytes, Incoming};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use thiserror::Error;

use super::survey::{Fetch, Fetched};
use crate::config::Origin;

/// From the request to the end of the answer.
const TIME: Duration = Duration::from_secs(15);
/// Of one answer, as it came.
const BODY_BYTES: usize = 4 * 1024 * 1024;
/// Of one answer, unpacked: a sitemap packs to a twentieth, and what packs to less is no sitemap.
const UNPACKED_BYTES: usize = 16 * 1024 * 1024;
/// What the origin's log will show; counted as a crawler if it ever meets another Paravent.
const AGENT: &str = concat!("Paravent/", env!("CARGO_PKG_VERSION"), " (list of pages)");

/// Asks a site's origin as a stranger would.
pub struct OriginFetch {
    client: Client<HttpsConnector<HttpConnector>, Empty<Bytes>>,
    origin: Origin,
    host: String,
}

/// Why the origin cannot be asked.
#[derive(Debug, Error)]
pub enum EgressError {
    #[error("TLS to the origin: {0}")]
    Tls(#[from] rustls::Error),
    #[error("{0} cannot be read: {1}")]
    Anchors(PathBuf, rustls::pki_types::pem::Error),
}

impl OriginFetch {
    /// A client for one of the site's origins, which is asked for `host`. Trusts the anchors in
    /// the PEM file `origin_ca`, else the system's.
    ///
    /// # Errors
    /// Where the trust anchors cannot be read.
    pub fn new(origin: &Origin, origin_ca: Option<&Path>, host: &str) -> Result<OriginFetch, EgressError> {
        let provider = rustls::crypto::ring::default_provider();
        let tls = rustls::ClientConfig::builder_with_provider(provider.into())
            .with_safe_default_protocol_versions()?
            .with_root_certificates(anchors(origin, origin_ca)?)
            .with_no_client_auth();
        let https = HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http().enable_http1().build();
        let client = Client::builder(TokioExecutor::new()).set_host(false).build(https);
        Ok(OriginFetch { client, origin: origin.clone(), host: host.to_owned() })
    }

    async fn answer(&self, path: &str) -> Option<Fetched> {
        let scheme = if self.origin.https { "https" } else { "http" };
        let request = Request::get(format!("{scheme}://{}:{}{path}", self.origin.host, self.origin.port))
            .header(HOST, &self.host)
            .header(USER_AGENT, AGENT)
            .header(ACCEPT, "text/html,application/xml")
            .header(ACCEPT_ENCODING, "identity")
            // Else a site that insists on TLS would answer with a redirect to itself.
            .header(HeaderName::from_static("x-forwarded-proto"), "https")
            .body(Empty::new())
            .ok()?;
        let response = self.client.request(request).await.ok()?;
        let text = |name| text_of(response.headers(), name);
        if response.status().is_redirection() {
            return text(LOCATION).map(Fetched::Redirect);
        }
        let kind =
            kind(&text(CONTENT_TYPE).unwrap_or_default()).filter(|_| response.status() == StatusCode::OK)?;
        let packed = match text(CONTENT_ENCODING).as_deref() {
            None | Some("identity") => kind == Kind::Gzip,
            // Some servers send what they have packed beforehand to everyone.
            Some("gzip" | "x-gzip") => true,
            Some(_) => return None,
        };
        let body = body(response).await?;
        let body = if packed { unpacked(&body)? } else { body };
        Some(if kind == Kind::Html { Fetched::Html(body) } else { Fetched::Xml(body) })
    }
}

/// What may hold links.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Html,
    Xml,
    /// Of files, only sitemaps are packed.
    Gzip,
}

fn kind(content_type: &str) -> Option<Kind> {
    match content_type.split(';').next().unwrap_or_default().trim() {
        "text/html" | "application/xhtml+xml" => Some(Kind::Html),
        "application/xml" | "text/xml" => Some(Kind::Xml),
        "application/gzip" | "application/x-gzip" => Some(Kind::Gzip),
        _ => None,
    }
}

/// `None` for what is no gzip, breaks off, or unpacks to more than a sitemap may have.
fn unpacked(body: &[u8]) -> Option<Vec<u8>> {
    let mut plain = Vec::new();
    let most = u64::try_from(UNPACKED_BYTES).unwrap_or(u64::MAX);
    MultiGzDecoder::new(body).take(most + 1).read_to_end(&mut plain).ok()?;
    (plain.len() <= UNPACKED_BYTES).then_some(plain)
}

impl Fetch for OriginFetch {
    async fn fetch(&self, path: &str) -> Option<Fetched> {
        tokio::time::timeout(TIME, self.answer(path)).await.ok().flatten()
    }
}

async fn body(response: Response<Incoming>) -> Option<Vec<u8>> {
    let body = Limited::new(response.into_body(), BODY_BYTES).collect().await.ok()?;
    Some(body.to_bytes().to_vec())
}

fn text_of(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

fn anchors(origin: &Origin, origin_ca: Option<&Path>) -> Result<RootCertStore, EgressError> {
    let mut anchors = RootCertStore::empty();
    match origin_ca {
        Some(file) => {
            let unreadable = |error| EgressError::Anchors(file.to_owned(), error);
            for certificate in CertificateDer::pem_file_iter(file).map_err(unreadable)? {
                anchors.add(certificate.map_err(unreadable)?)?;
            }
        }
        None if origin.https => {
            anchors.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
        None => {}
    }
    Ok(anchors)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;

    /// Asks an origin that gives `answer`; what came back, and the head of the request.
    async fn asked(answer: Vec<u8>) -> (Option<Fetched>, String) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let origin = Origin { https: false, host: "127.0.0.1".to_owned(), port };
        let fetch = OriginFetch::new(&origin, None, "clinic.example").unwrap();
        let serving = tokio::spawn(async move {
            let (mut peer, _) = listener.accept().await.unwrap();
            let mut head = vec![0; 4_096];
            let length = peer.read(&mut head).await.unwrap();
            // A client that has read enough hangs up.
            let _ = peer.write_all(&answer).await;
            String::from_utf8_lossy(&head[..length]).to_ascii_lowercase()
        });
        (fetch.fetch("/services").await, serving.await.unwrap())
    }

    fn page(fields: &str, body: &str) -> Vec<u8> {
        format!("HTTP/1.1 200 OK\r\n{fields}content-length: {}\r\n\r\n{body}", body.len()).into_bytes()
    }

    #[tokio::test]
    async fn the_origin_is_asked_without_cookies_for_the_sites_host() {
        let (fetched, head) = asked(page("content-type: text/html; charset=utf-8\r\n", "<p>hello")).await;
        assert!(matches!(fetched, Some(Fetched::Html(body)) if body == b"<p>hello"));
        assert!(head.starts_with("get /services http/1.1\r\n") && head.contains("host: clinic.example\r\n"));
        assert!(!head.contains("cookie") && !head.contains("referer"));
    }

    #[tokio::test]
    async fn what_is_no_plain_page_is_left() {
        for fields in
            ["content-type: application/pdf\r\n", "content-type: text/html\r\ncontent-encoding: br\r\n", ""]
        {
            assert!(asked(page(fields, "x")).await.0.is_none(), "{fields}");
        }
        let moved = b"HTTP/1.1 301 Moved\r\nlocation: /fr/\r\ncontent-length: 0\r\n\r\n".to_vec();
        assert!(matches!(asked(moved).await.0, Some(Fetched::Redirect(to)) if to == "/fr/"));
    }

    fn packed(text: &[u8]) -> Vec<u8> {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        packer.write_all(text).unwrap();
        packer.finish().unwrap()
    }

    fn packed_page(fields: &str, body: &[u8]) -> Vec<u8> {
        let head = format!("HTTP/1.1 200 OK\r\n{fields}content-length: {}\r\n\r\n", body.len());
        [head.as_bytes(), body].concat()
    }

    #[tokio::test]
    async fn packed_sitemaps_and_pages_are_unpacked() {
        let sitemap = packed(b"<urlset></urlset>");
        for fields in [
            "content-type: application/x-gzip\r\n",
            "content-type: application/gzip\r\n",
            "content-type: text/xml\r\ncontent-encoding: gzip\r\n",
        ] {
            let (fetched, _) = asked(packed_page(fields, &sitemap)).await;
            assert!(matches!(fetched, Some(Fetched::Xml(body)) if body == b"<urlset></urlset>"), "{fields}");
        }
        let html = "content-type: text/html\r\ncontent-encoding: gzip\r\n";
        assert!(
            matches!(asked(packed_page(html, &packed(b"<p>"))).await.0, Some(Fetched::Html(body)) if body == b"<p>")
        );
        // Broken off, and no gzip at all.
        assert!(asked(packed_page("content-type: application/gzip\r\n", &sitemap[..20])).await.0.is_none());
        assert!(asked(page("content-type: application/gzip\r\n", "<urlset>")).await.0.is_none());
    }

    #[tokio::test]
    async fn what_unpacks_without_end_is_left() {
        let most = packed(&vec![b' '; UNPACKED_BYTES]);
        assert!(most.len() < BODY_BYTES / 100);
        assert_eq!(unpacked(&most).map(|plain| plain.len()), Some(UNPACKED_BYTES));
        let bomb = [most, packed(b" ")].concat();
        assert!(asked(packed_page("content-type: application/gzip\r\n", &bomb)).await.0.is_none());
    }

    #[tokio::test]
    async fn an_answer_without_end_is_left() {
        let endless = page("content-type: text/html\r\n", &"x".repeat(BODY_BYTES + 1));
        assert!(asked(endless).await.0.is_none());
    }
}
