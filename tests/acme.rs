//! Certificates that are ordered and renewed by themselves, from a real authority (Pebble) that looks at the proof
//! where it would in earnest: at this server, by TLS-ALPN-01 and by HTTP-01.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail by panicking")]

mod support;

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, ClientConnection, DigitallySignedStruct, SignatureScheme, StreamOwned};
use support::{Origin, PATIENCE, Paravent, ok, request_to};

const ISSUED: &str = "a certificate was issued and is in use";
const NOT_ISSUED: &str = "no certificate was issued";
const HOSTS: [&str; 2] = ["clinic.example", "www.clinic.example"];
/// Where nobody listens.
const NOWHERE: u16 = 9;

/// An authority on an address of its own, so that its ports are free.
struct Authority {
    ip: String,
    folder: tempfile::TempDir,
    running: Vec<Child>,
}

impl Authority {
    /// Not running yet; `number` tells the tests of this file apart.
    fn new(number: u8) -> Authority {
        let pid = std::process::id();
        let ip = format!("127.{}.{}.{}", 64 + number, (pid >> 8) & 255, (pid & 255).clamp(1, 254));
        let folder = tempfile::tempdir().unwrap();
        let made = rcgen::generate_simple_self_signed(vec![ip.clone()]).unwrap();
        fs::write(folder.path().join("ca.pem"), made.cert.pem()).unwrap();
        fs::write(folder.path().join("ca.key"), made.signing_key.serialize_pem()).unwrap();
        Authority { ip, folder, running: Vec::new() }
    }

    fn ca(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// Starts to issue certificates for `seconds`, to whoever gives proof at these ports of any name.
    fn start(&mut self, http: u16, tls: u16, seconds: u32) {
        let Authority { ip, folder, running } = self;
        let (ca, key) = (folder.path().join("ca.pem"), folder.path().join("ca.key"));
        let config = serde_json::json!({ "pebble": {
            "listenAddress": format!("{ip}:14000"), "managementListenAddress": format!("{ip}:15000"),
            "certificate": ca, "privateKey": key, "httpPort": http, "tlsPort": tls,
            "ocspResponderURL": "", "externalAccountBindingRequired": false,
            "certificateValidityPeriod": seconds,
        }});
        let file = folder.path().join("pebble.json");
        fs::write(&file, config.to_string()).unwrap();
        let off = ["-http01", "", "-https01", "", "-tlsalpn01", "", "-defaultIPv6", ""];
        let mut names = Command::new("pebble-challtestsrv");
        names.args(off).args(["-defaultIPv4", "127.0.0.1", "-dns01", &format!("{ip}:8053")]);
        names.args(["-management", &format!("{ip}:8055")]);
        running.push(started(names));
        let mut pebble = Command::new("pebble");
        pebble.arg("-config").arg(&file).args(["-dnsserver", &format!("{ip}:8053")]);
        pebble.envs([
            ("PEBBLE_VA_NOSLEEP", "1"),
            ("PEBBLE_WFE_NONCEREJECT", "0"),
            ("PEBBLE_AUTHZREUSE", "0"),
        ]);
        running.push(started(pebble));
        for port in [14000, 15000] {
            let place = SocketAddr::new(ip.parse().unwrap(), port);
            until(|| TcpStream::connect(place).is_ok());
        }
        let asking = UdpSocket::bind((ip.as_str(), 0)).unwrap();
        asking.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
        // The address of the root (RFC 1035, 4.1): any answer will do.
        let question = [0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1];
        until(|| {
            let _ = asking.send_to(&question, (ip.as_str(), 8053));
            asking.recv(&mut [0; 512]).is_ok()
        });
    }

    fn stop(&mut self) {
        for mut child in self.running.drain(..) {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// The root that its certificates lead to.
    fn root(&self) -> Vec<u8> {
        let to: SocketAddr = format!("{}:15000", self.ip).parse().unwrap();
        let mut stream = over_tls(to, &self.ip, trusting(&fs::read(self.ca()).unwrap())).unwrap();
        stream.write_all(request_to(&self.ip, "GET", "/roots/0", &[], "").as_bytes()).unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        let start = support::find(&answer, b"-----BEGIN").expect("a root");
        answer.split_off(start)
    }
}

impl Drop for Authority {
    fn drop(&mut self) {
        self.stop();
    }
}

fn started(mut command: Command) -> Child {
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("pebble is installed")
}

fn until(is_so: impl Fn() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < end, "the authority does not start");
        std::thread::yield_now();
    }
}

/// A Paravent that asks `authority` for what it needs.
fn paravent(origin: &Origin, authority: &Authority) -> Paravent {
    let folder = support::folder_in_memory();
    support::write_config(folder.path(), origin, "127.0.0.1:0", "tls_listen = [\"127.0.0.1:0\"]", "");
    let file = folder.path().join("paravent.toml");
    let acme = format!(
        "\n[server.acme]\nemail = \"technique@clinic.example\"\ndirectory = \"https://{}:14000/dir\"\nca = \"{}\"\n\n[[site]]",
        authority.ip,
        authority.ca().display()
    );
    let text = fs::read_to_string(&file).unwrap().replacen("\n[[site]]", &acme, 1);
    fs::write(
        &file,
        text.replace(
            "\"clinic.example\", \"localhost\"",
            "\"clinic.example\", \"www.clinic.example\", \"localhost\"",
        ),
    )
    .unwrap();
    Paravent::start(folder)
}

fn trusting(pem: &[u8]) -> Arc<ClientConfig> {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(pem).unwrap()).unwrap();
    Arc::new(client().with_root_certificates(roots).with_no_client_auth())
}

fn client() -> rustls::ConfigBuilder<ClientConfig, rustls::WantsVerifier> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap()
}

/// Looks at a certificate, however short its time.
#[derive(Debug)]
struct Looking;

impl ServerCertVerifier for Looking {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        rustls::crypto::ring::default_provider().signature_verification_algorithms.supported_schemes()
    }
}

fn looking() -> ClientConfig {
    client().dangerous().with_custom_certificate_verifier(Arc::new(Looking)).with_no_client_auth()
}

fn over_tls(
    to: SocketAddr,
    name: &str,
    tls: Arc<ClientConfig>,
) -> Result<StreamOwned<ClientConnection, TcpStream>, std::io::Error> {
    let session = ClientConnection::new(tls, ServerName::try_from(name.to_owned()).unwrap()).unwrap();
    let socket = TcpStream::connect(to).unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut stream = StreamOwned::new(session, socket);
    while stream.conn.is_handshaking() {
        stream.conn.complete_io(&mut stream.sock)?;
    }
    Ok(stream)
}

/// The certificate that the server shows.
fn shown(to: SocketAddr) -> Option<CertificateDer<'static>> {
    let stream = over_tls(to, HOSTS[0], Arc::new(looking())).ok()?;
    Some(stream.conn.peer_certificates()?[0].clone().into_owned())
}

fn kept(paravent: &Paravent) -> PathBuf {
    paravent.folder.path().join("state/acme/clinic.example.pem")
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn page() -> Origin {
    Origin::start(|_| {
        ok("text/html; charset=utf-8", b"<!doctype html><html lang=en><title>Clinic</title></html>")
    })
}

#[test]
fn a_certificate_is_ordered_by_tls_alpn_01_and_outlives_a_restart() {
    let mut authority = Authority::new(1);
    let paravent_before = paravent(&page(), &authority);
    // Nobody is there yet: that is told, and plain pages are not given out in the meantime.
    let told = paravent_before.has_told(NOT_ISSUED, 1);
    assert!(told.contains("cannot be asked"), "{told}");
    let https = paravent_before.https.unwrap();
    assert!(shown(https).is_none());
    let ready =
        || support::exchange(paravent_before.admin, &request_to("localhost", "GET", "/readyz", &[], ""));
    assert_eq!(ready().status, 503);
    assert!(ready().text().contains("certificates: there is none yet"), "{}", ready().text());
    assert_eq!(paravent_before.get("/", &[]).status, 308);

    authority.start(NOWHERE, https.port(), 3600);
    paravent_before.signal("HUP");
    let told = paravent_before.has_told(ISSUED, 1);
    assert!(told.contains("clinic.example, www.clinic.example"), "{told}");
    assert_eq!((ready().status, ready().text().contains("certificates")), (200, false), "{}", ready().text());
    let trusted = trusting(&authority.root());
    for host in HOSTS {
        let mut stream = over_tls(https, host, Arc::clone(&trusted)).unwrap();
        stream.write_all(request_to(host, "GET", "/", &[], "").as_bytes()).unwrap();
        let mut line = [0; 12];
        stream.read_exact(&mut line).unwrap();
        assert_eq!(&line, b"HTTP/1.1 200");
    }
    let (file, folder) = (kept(&paravent_before), kept(&paravent_before).parent().unwrap().to_owned());
    assert_eq!((mode(&folder), mode(&file), mode(&folder.join("account.json"))), (0o700, 0o600, 0o600));
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 2, "no draft is left behind");

    // Whoever comes for a proof that is not due is shown nothing.
    let mut asking = looking();
    asking.alpn_protocols = vec![b"acme-tls/1".to_vec()];
    assert!(over_tls(https, HOSTS[0], Arc::new(asking)).is_err());
    assert_eq!(paravent_before.get("/.well-known/acme-challenge/x", &[]).status, 308);

    // The account and the certificate are used again, also where the authority has gone.
    let before = shown(https).unwrap();
    authority.stop();
    let (_, folder) = paravent_before.stop();
    let after = Paravent::start(folder);
    assert_eq!(shown(after.https.unwrap()).unwrap(), before);
}

#[test]
fn where_only_http_is_reached_the_proof_is_given_there_and_renewals_need_nobody() {
    let mut authority = Authority::new(2);
    let paravent = paravent(&page(), &authority);
    paravent.has_told(NOT_ISSUED, 1);
    // Neither way is open: the operator is told why, and what to do.
    authority.start(NOWHERE, NOWHERE, 9);
    paravent.signal("HUP");
    let told = paravent.has_told(NOT_ISSUED, 2);
    assert!(told.contains("did not find the proof (HTTP-01)") && told.contains("SIGHUP"), "{told}");
    authority.stop();
    authority.start(paravent.address.port(), NOWHERE, 9);
    // The authority has forgotten the account: one that is unknown is replaced.
    paravent.signal("HUP");
    paravent.has_told(ISSUED, 1);
    let first = fs::read(kept(&paravent)).unwrap();
    paravent.has_told(ISSUED, 2);
    let second = fs::read(kept(&paravent)).unwrap();
    assert!(first != second);
    // A third may be in use by now; the first is not.
    let first = CertificateDer::from_pem_slice(&first).unwrap();
    assert!(shown(paravent.https.unwrap()).unwrap() != first);
}
