//! In: a host that belongs to the site, or might. Out: the names that its CNAMEs pass through. Asks the
//! machine's own DNS server, or the one the config names, and nobody else.

use std::net::SocketAddr;
use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig};
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::{Name, RData, RecordType};
use thiserror::Error;

/// For a whole chain.
const TIME: Duration = Duration::from_secs(5);
/// CNAMEs followed one after the other; resolvers give up sooner.
const MOST_HOPS: usize = 8;

/// Asks for names.
pub struct Names(TokioResolver);

/// Why a chain is not known.
#[derive(Debug, Error)]
pub enum NamesError {
    #[error("DNS cannot be asked: {0}")]
    Setup(NetError),
    #[error("DNS gives no answer: {0}")]
    Unanswered(NetError),
    #[error("DNS gives no answer within {} seconds", TIME.as_secs())]
    Slow,
}

impl Names {
    /// Asks `server`, or else the system's.
    ///
    /// # Errors
    /// Where the system does not say whom to ask.
    pub fn new(server: Option<SocketAddr>) -> Result<Names, NamesError> {
        let builder = match server {
            Some(address) => {
                let provider = TokioRuntimeProvider::default();
                TokioResolver::builder_with_config(only(address), provider)
            }
            None => TokioResolver::builder_tokio().map_err(NamesError::Setup)?,
        };
        builder.build().map(Names).map_err(NamesError::Setup)
    }

    /// The names that `host` is a CNAME of, in order and in lower case; none where it is its own.
    ///
    /// # Errors
    /// Where no answer comes: then nothing is known.
    pub async fn chain(&self, host: &str) -> Result<Vec<String>, NamesError> {
        tokio::time::timeout(TIME, self.followed(host)).await.map_err(|_| NamesError::Slow)?
    }

    async fn followed(&self, host: &str) -> Result<Vec<String>, NamesError> {
        let mut chain = Vec::new();
        let mut name = host.to_ascii_lowercase();
        while chain.len() < MOST_HOPS {
            match self.next(&name).await? {
                Some(target) if target != host && !chain.contains(&target) => {
                    chain.push(target.clone());
                    name = target;
                }
                _ => break,
            }
        }
        Ok(chain)
    }

    async fn next(&self, name: &str) -> Result<Option<String>, NamesError> {
        // With the final dot no search domain is tried.
        let Ok(full) = Name::from_ascii(format!("{name}.")) else { return Ok(None) };
        let found = match self.0.lookup(full.clone(), RecordType::CNAME).await {
            Ok(found) => found,
            Err(error) if error.is_no_records_found() => return Ok(None),
            Err(error) => return Err(NamesError::Unanswered(error)),
        };
        let target = found.answers().iter().find_map(|record| match &record.data {
            RData::CNAME(target) if record.name == full => Some(target.0.to_ascii()),
            _ => None,
        });
        Ok(target.map(|target| target.trim_end_matches('.').to_ascii_lowercase()))
    }
}

fn only(address: SocketAddr) -> ResolverConfig {
    let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut connection| {
        connection.port = address.port();
        connection
    });
    let server = NameServerConfig::new(address.ip(), true, connections.into());
    ResolverConfig::from_parts(None, Vec::new(), vec![server])
}

#[cfg(test)]
mod tests {
    use super::super::dns::Dns;
    use super::*;

    #[tokio::test]
    async fn a_chain_is_followed_to_its_end() {
        let server = Dns::start(&[
            ("metrics.clinic.example", "clinic.eulerian.net"),
            ("clinic.eulerian.net", "lb.eulerian.net"),
            ("a.loop.example", "b.loop.example"),
            ("b.loop.example", "a.loop.example"),
        ]);
        let names = Names::new(Some(server.address)).unwrap();
        let chain = names.chain("Metrics.clinic.example").await.unwrap();
        assert_eq!(chain, ["clinic.eulerian.net", "lb.eulerian.net"]);
        assert_eq!(names.chain("www.clinic.example").await.unwrap(), Vec::<String>::new());
        assert_eq!(names.chain("a.loop.example").await.unwrap(), ["b.loop.example"]);
    }

    #[tokio::test]
    async fn silence_is_an_error_and_not_an_empty_chain() {
        let nobody = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
        let names = Names::new(nobody.local_addr().ok()).unwrap();
        assert!(names.chain("metrics.clinic.example").await.is_err());
    }
}
