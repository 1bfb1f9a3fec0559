//! The exchange with the authority. In: hosts, and ways to prove that they are served here. Out: a key and its
//! chain in PEM, or what the authority said. The account's key is kept beside the certificates.

use std::error::Error as StdError;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::time::Duration;

use http_body_util::{BodyExt as _, Limited};
use hyper::body::Bytes;
use hyper::{Request, Response};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use instant_acme::{
    Account, AccountCredentials, AuthorizationHandle, AuthorizationStatus, BodyWrapper, BytesResponse,
    ChallengeType, Error, HttpClient, Identifier, NewAccount, NewOrder, Order, OrderStatus, RetryPolicy,
};
use rcgen::{CertificateParams, DistinguishedName, KeyPair};
use serde::{Deserialize, Serialize};
use tokio::time::timeout;

use super::super::tls::{TlsError, client_tls};
use super::challenges::{Challenges, Showing};
use crate::config::Acme;
use crate::key_file;

/// The account's file.
const ACCOUNT: &str = "account.json";
/// RFC 8555, 6.7.
const NO_ACCOUNT: &str = "urn:ietf:params:acme:error:accountDoesNotExist";
/// Of one answer of the authority.
const ANSWER_BYTES: usize = 1024 * 1024;
/// From a request to the end of its answer.
const ANSWER_TIME: Duration = Duration::from_secs(30);
/// How long an authority may take to look at the proof, or to issue.
const PATIENCE: RetryPolicy = RetryPolicy::new().timeout(Duration::from_secs(120));

/// Why nothing was issued.
#[derive(Debug, thiserror::Error)]
pub enum OrderError {
    #[error("the account in {}: {source}", file.display())]
    Account { file: PathBuf, source: io::Error },
    #[error(transparent)]
    Tls(#[from] TlsError),
    #[error("the authority {directory} cannot be asked: {reason}")]
    Away { directory: String, reason: String },
    #[error("the authority does not know the account any more")]
    UnknownAccount,
    #[error("the authority says: {0}")]
    Refused(String),
    #[error(
        "the authority did not find the proof ({way}): {reason}. Its hosts must lead to this server, port 443 or 80, \
         from the internet; mend it, and have the config read again (SIGHUP) to try at once"
    )]
    Unproven { way: &'static str, reason: String },
    #[error("the authority offers no proof by TLS-ALPN-01 or HTTP-01 for these hosts")]
    NoWay,
    #[error("the key or the request: {0}")]
    Request(#[from] rcgen::Error),
    #[error("the proof's certificate: {0}")]
    Proof(#[from] rustls::Error),
}

impl From<Error> for OrderError {
    fn from(error: Error) -> OrderError {
        match &error {
            Error::Api(problem) if problem.r#type.as_deref() == Some(NO_ACCOUNT) => {
                OrderError::UnknownAccount
            }
            _ => OrderError::Refused(whole(&error)),
        }
    }
}

/// An error with its causes.
fn whole(error: &dyn StdError) -> String {
    match error.source() {
        Some(cause) => format!("{error}: {}", whole(cause)),
        None => error.to_string(),
    }
}

fn away(acme: &Acme, error: &Error) -> OrderError {
    OrderError::Away { directory: acme.directory.clone(), reason: whole(error) }
}

fn contact(acme: &Acme) -> Option<String> {
    acme.email.as_ref().map(|email| format!("mailto:{email}"))
}

fn as_slices(contact: &Option<String>) -> Vec<&str> {
    contact.as_deref().into_iter().collect()
}

/// An account with an authority.
pub struct Authority(Account);

/// The account as it is kept.
#[derive(Serialize, Deserialize)]
struct Kept {
    directory: String,
    email: Option<String>,
    credentials: AccountCredentials,
}

impl Authority {
    /// With the account in `folder`, or a new one where there is none with this authority.
    pub async fn reach(acme: &Acme, folder: &Path) -> Result<Authority, OrderError> {
        let file = folder.join(ACCOUNT);
        let Some(kept) = read(&file)?.filter(|kept| kept.directory == acme.directory) else {
            return Authority::reach_anew(acme, folder).await;
        };
        let builder = Account::builder_with_http(Box::new(Asking::new(acme)?));
        let account = builder.from_credentials(kept.credentials).await.map_err(|error| away(acme, &error))?;
        if kept.email != acme.email {
            account.update_contacts(&as_slices(&contact(acme))).await?;
            // Read again, since the library's credentials cannot be copied.
            if let Some(kept) = read(&file)? {
                write(&file, &Kept { email: acme.email.clone(), ..kept })?;
            }
        }
        Ok(Authority(account))
    }

    /// With a new account.
    pub async fn reach_anew(acme: &Acme, folder: &Path) -> Result<Authority, OrderError> {
        let file = folder.join(ACCOUNT);
        let contact = contact(acme);
        let contact = &as_slices(&contact);
        let new = NewAccount { contact, terms_of_service_agreed: true, only_return_existing: false };
        let builder = Account::builder_with_http(Box::new(Asking::new(acme)?));
        let made = builder.create(&new, acme.directory.clone(), None).await;
        let (account, credentials) = made.map_err(|error| away(acme, &error))?;
        let (directory, email) = (acme.directory.clone(), acme.email.clone());
        key_file::make_folder(folder).map_err(|source| unkept(&file, source))?;
        write(&file, &Kept { directory, email, credentials })?;
        Ok(Authority(account))
    }

    /// Orders, and proves by the first of `ways` that the authority accepts.
    pub async fn order_by_any(
        &self,
        hosts: &[String],
        ways: &[ChallengeType],
        challenges: &Challenges,
    ) -> Result<String, OrderError> {
        let mut last = OrderError::NoWay;
        for way in ways {
            match self.order(hosts, way, challenges).await {
                Err(why @ (OrderError::Unproven { .. } | OrderError::NoWay)) => last = why,
                outcome => return outcome,
            }
        }
        Err(last)
    }

    async fn order(
        &self,
        hosts: &[String],
        way: &ChallengeType,
        challenges: &Challenges,
    ) -> Result<String, OrderError> {
        let names: Vec<Identifier> = hosts.iter().cloned().map(Identifier::Dns).collect();
        let mut order = self.0.new_order(&NewOrder::new(&names)).await?;
        prove(&mut order, way, challenges).await?;
        let key = KeyPair::generate()?;
        let mut request = CertificateParams::new(hosts.to_vec())?;
        request.distinguished_name = DistinguishedName::new();
        order.finalize_csr(request.serialize_request(&key)?.der()).await?;
        let chain = order.poll_certificate(&PATIENCE).await?;
        Ok(key.serialize_pem() + &chain)
    }
}

/// Shows the proofs until the authority has seen them, or says that it has not.
async fn prove(order: &mut Order, way: &ChallengeType, challenges: &Challenges) -> Result<(), OrderError> {
    let mut showing = Vec::new();
    let mut authorizations = order.authorizations();
    while let Some(authorization) = authorizations.next().await {
        let authorization = authorization?;
        if authorization.status == AuthorizationStatus::Pending {
            showing.push(show(authorization, way, challenges).await?);
        }
    }
    let unproven = |reason| OrderError::Unproven { way: name(way), reason };
    match order.poll_ready(&PATIENCE).await {
        Ok(OrderStatus::Ready | OrderStatus::Valid | OrderStatus::Processing) => Ok(()),
        Ok(_) => Err(unproven(why_invalid(order).await)),
        Err(Error::Api(problem)) => Err(unproven(problem.to_string())),
        Err(error @ Error::Timeout(_)) => Err(unproven(error.to_string())),
        Err(error) => Err(error.into()),
    }
}

async fn show<'c>(
    mut authorization: AuthorizationHandle<'_>,
    way: &ChallengeType,
    challenges: &'c Challenges,
) -> Result<Showing<'c>, OrderError> {
    let mut challenge = authorization.challenge(way.clone()).ok_or(OrderError::NoWay)?;
    let word = challenge.key_authorization();
    let showing = match way {
        ChallengeType::Http01 => challenges.show_word(&challenge.token, &word),
        _ => {
            let Identifier::Dns(host) = challenge.identifier().identifier else {
                return Err(OrderError::NoWay);
            };
            challenges.show_certificate(host, &word)?
        }
    };
    challenge.set_ready().await?;
    Ok(showing)
}

/// What the authority says of the proofs it did not find.
async fn why_invalid(order: &mut Order) -> String {
    let (mut reasons, mut authorizations) = (Vec::new(), order.authorizations());
    while let Some(Ok(mut authorization)) = authorizations.next().await {
        let Ok(state) = authorization.refresh().await else { break };
        reasons.extend(
            state.challenges.iter().filter_map(|challenge| Some(challenge.error.as_ref()?.to_string())),
        );
    }
    if reasons.is_empty() { "it gives no reason".to_owned() } else { reasons.join("; ") }
}

fn name(way: &ChallengeType) -> &'static str {
    if *way == ChallengeType::Http01 { "HTTP-01" } else { "TLS-ALPN-01" }
}

fn unkept(file: &Path, source: io::Error) -> OrderError {
    OrderError::Account { file: file.to_owned(), source }
}

fn read(file: &Path) -> Result<Option<Kept>, OrderError> {
    let text = match fs::read(file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unkept(file, error)),
    };
    // What the file holds is a key: it is not quoted.
    let broken =
        |_| unkept(file, io::Error::other("this is not what was kept; remove it, and a new one is made"));
    serde_json::from_slice(&text).map(Some).map_err(broken)
}

fn write(file: &Path, kept: &Kept) -> Result<(), OrderError> {
    let text = serde_json::to_vec(kept).map_err(|error| unkept(file, error.into()))?;
    key_file::write_private(file, &text).map_err(|source| unkept(file, source))
}

/// How the authority is asked: over verified TLS, within bounds.
struct Asking(Client<HttpsConnector<HttpConnector>, BodyWrapper<Bytes>>);

impl Asking {
    fn new(acme: &Acme) -> Result<Asking, TlsError> {
        let connector = HttpsConnectorBuilder::new().with_tls_config(client_tls(acme.ca.as_deref())?);
        let client = Client::builder(TokioExecutor::new());
        Ok(Asking(client.build(connector.https_only().enable_http1().build())))
    }
}

type Answered = Pin<Box<dyn Future<Output = Result<BytesResponse, Error>> + Send>>;

impl HttpClient for Asking {
    fn request(&self, request: Request<BodyWrapper<Bytes>>) -> Answered {
        let answer = self.0.request(request);
        Box::pin(async move {
            let whole = async {
                let (head, body) = answer.await.map_err(|error| Error::Other(error.into()))?.into_parts();
                let body = Limited::new(body, ANSWER_BYTES).collect().await.map_err(Error::Other)?;
                Ok(Response::from_parts(head, http_body_util::Full::new(body.to_bytes())).into())
            };
            timeout(ANSWER_TIME, whole).await.unwrap_or(Err(Error::Str("no answer within 30 seconds")))
        })
    }
}
