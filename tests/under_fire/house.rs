//! A Paravent that speaks TLS in front of the origin, and the ways to it.

use std::net::{IpAddr, SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::line::Line;
use crate::support::{PATIENCE, Paravent, folder_in_memory, write_config};
use crate::{frames, process, site};

type Tls = StreamOwned<ClientConnection, TcpStream>;

pub struct House {
    pub paravent: Paravent,
    pub http: SocketAddr,
    https: SocketAddr,
    certificate: CertificateDer<'static>,
    tls: Arc<ClientConfig>,
}

impl House {
    /// With lines for `[server]`, by a command that the program's own path and arguments are added to.
    pub fn open(server: &str, before: &[&str]) -> House {
        let folder = folder_in_memory();
        let made = rcgen::generate_simple_self_signed(vec!["clinic.example".to_owned()]).unwrap();
        let [cert, key] = ["cert.pem", "key.pem"].map(|name| folder.path().join(name));
        std::fs::write(&cert, made.cert.pem()).unwrap();
        std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
        let (shown, hidden) = (cert.display(), key.display());
        let server = format!(
            "tls_listen = [\"127.0.0.1:0\"]\ncertificate = [{{ cert = \"{shown}\", key = \"{hidden}\" }}]\n{server}"
        );
        let config = write_config(folder.path(), &site::start(), "127.0.0.1:0", &server, "");
        let words: Vec<PathBuf> = before.iter().map(PathBuf::from).chain([program()]).collect();
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]).arg("serve").arg("--config").arg(config);
        let certificate = CertificateDer::from_pem_file(&cert).unwrap();
        let paravent = Paravent::start_as(command, folder);
        let (http, https) = (paravent.address, paravent.https.unwrap());
        House { paravent, http, https, tls: trusting(&certificate), certificate }
    }

    /// A connection from a loopback address, without a word.
    pub fn reach(from: impl Into<IpAddr>, to: SocketAddr) -> std::io::Result<TcpStream> {
        let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None)?;
        // The port is chosen with the way to go, so that one that is still closing is no obstacle.
        socket.set_reuse_address(true)?;
        socket.bind(&SocketAddr::new(from.into(), 0).into())?;
        socket.set_read_timeout(Some(PATIENCE))?;
        socket.set_tcp_nodelay(true)?;
        socket.connect(&to.into())?;
        Ok(socket.into())
    }

    /// HTTP/1.1 over TLS.
    pub fn line(&self, from: impl Into<IpAddr>) -> std::io::Result<Line<Tls>> {
        let name = ServerName::try_from("clinic.example").unwrap();
        let tls = ClientConnection::new(Arc::clone(&self.tls), name).unwrap();
        Ok(Line::new(StreamOwned::new(tls, House::reach(from, self.https)?)))
    }

    /// HTTP/2 over TLS, frame by frame.
    pub fn frames(&self, from: impl Into<IpAddr>) -> std::io::Result<frames::Client> {
        frames::Client::over(House::reach(from, self.https)?, &self.certificate)
    }

    pub fn memory(&self) -> usize {
        process::memory(self.paravent.pid())
    }

    pub fn descriptors(&self) -> usize {
        process::descriptors(self.paravent.pid())
    }

    /// What the process has had of processors since it began.
    pub fn processor_time(&self) -> Duration {
        process::processor_time(self.paravent.pid())
    }

    /// The process's own figures, as the operator reads them.
    pub fn metrics(&self) -> String {
        self.paravent.metrics()
    }
}

/// The program under test: this build's, or another build of it.
fn program() -> PathBuf {
    std::env::var_os("PARAVENT_BIN").unwrap_or_else(|| env!("CARGO_BIN_EXE_paravent").into()).into()
}

/// Resumes sessions, as browsers do.
fn trusting(certificate: &CertificateDer<'static>) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add(certificate.clone()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    Arc::new(config.unwrap().with_root_certificates(roots).with_no_client_auth())
}
