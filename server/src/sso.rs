//! What is said to the identity provider (OpenID Connect, authorization code with PKCE), and how its answers are read. Its address
//! comes from the operator alone: nobody who uses the application makes this server ask another one.

use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::session::SsoRefusal;
use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreProviderMetadata, CoreUserInfoClaims};
use openidconnect::{
    AsyncHttpClient, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet, EndpointNotSet,
    EndpointSet, HttpRequest, HttpResponse, IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, Scope, TokenResponse,
};
use store::sso::{Vouched, Way};
use tokio::sync::Mutex;
use url::Url;

use crate::config::SsoConfig;

/// Where the provider sends people back to.
pub const CALLBACK: &str = "/login/sso/callback";
/// How long an answer of the provider may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long what the provider says of itself, keys included, is believed.
const FRESH: Duration = Duration::from_secs(3600);

type Known = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// The configured provider; what it says of itself is asked when somebody first wants to sign in, and kept for a while.
pub struct Provider {
    pub label: String,
    config: SsoConfig,
    origin: String,
    http: Option<Http>,
    known: Mutex<Option<(Instant, Arc<Client>)>>,
}

/// The provider as it described itself.
pub struct Client(Known);

#[derive(Debug, thiserror::Error)]
enum Lost {
    #[error("{0}")]
    Asking(#[from] reqwest::Error),
    #[error("{0}")]
    Reading(#[from] openidconnect::http::Error),
    #[error("there is no HTTP client")]
    Client,
}

/// TLS for every client that brings none of its own; a second call changes nothing.
pub fn prepare_tls() {
    if rustls::crypto::ring::default_provider().install_default().is_err() {
        tracing::debug!("TLS was prepared already");
    }
}

impl Provider {
    /// `origin` is the configured public address: where people come back to is never read from a request.
    pub fn new(config: SsoConfig, origin: &str) -> Provider {
        let http = reqwest::Client::builder()
            .timeout(PATIENCE)
            // An answer that leads elsewhere is not the provider's.
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .inspect_err(|error| tracing::error!(%error, "no HTTP client for single sign-on"))
            .ok()
            .map(Http);
        Provider {
            label: config.label.clone(),
            config,
            origin: origin.to_owned(),
            http,
            known: Mutex::default(),
        }
    }

    /// What the provider says of itself.
    pub async fn client(&self) -> Result<Arc<Client>, SsoRefusal> {
        let mut known = self.known.lock().await;
        if let Some((since, client)) = &*known
            && since.elapsed() < FRESH
        {
            return Ok(client.clone());
        }
        let client = Arc::new(Client(self.discover().await.map_err(unavailable)?));
        *known = Some((Instant::now(), client.clone()));
        Ok(client)
    }

    async fn discover(&self) -> anyhow::Result<Known> {
        let issuer = IssuerUrl::new(self.config.issuer.clone())?;
        let http = self.http.as_ref().ok_or(Lost::Client)?;
        let described = CoreProviderMetadata::discover_async(issuer, http).await?;
        let secret = self.config.client_secret.clone().map(ClientSecret::new);
        let client_id = ClientId::new(self.config.client_id.clone());
        let back = RedirectUrl::new(format!("{}{CALLBACK}", self.origin))?;
        Ok(CoreClient::from_provider_metadata(described, client_id, secret).set_redirect_uri(back))
    }

    /// Whom the provider vouches for, by the code that the browser brought back.
    pub async fn vouched(&self, way: &Way, code: String) -> Result<Vouched, SsoRefusal> {
        let client = self.client().await?;
        match self.exchange(&client.0, way, code).await {
            Ok(vouched) => Ok(vouched),
            Err(error) => {
                // Its keys may have changed: next time it is asked anew.
                *self.known.lock().await = None;
                tracing::warn!(error = %format!("{error:#}"), "the identity provider's answer was refused");
                Err(SsoRefusal::Denied)
            }
        }
    }

    async fn exchange(&self, client: &Known, way: &Way, code: String) -> anyhow::Result<Vouched> {
        let http = self.http.as_ref().ok_or(Lost::Client)?;
        let answer = client
            .exchange_code(AuthorizationCode::new(code))?
            .set_pkce_verifier(PkceCodeVerifier::new(way.verifier.clone()))
            .request_async(http)
            .await?;
        let token = answer.id_token().ok_or_else(|| anyhow::anyhow!("there is no ID token in it"))?;
        let claims = token.claims(&client.id_token_verifier(), &Nonce::new(way.nonce.clone()))?;
        let mut vouched = Vouched {
            issuer: claims.issuer().to_string(),
            subject: claims.subject().to_string(),
            email: claims.email().map(|email| email.to_string()).unwrap_or_default(),
            is_verified: claims.email_verified() == Some(true),
        };
        // Many providers tell the address only when they are asked for it.
        if vouched.email.is_empty()
            && let Ok(request) =
                client.user_info(answer.access_token().clone(), Some(claims.subject().clone()))
        {
            let told: CoreUserInfoClaims = request.request_async(http).await?;
            vouched.email = told.email().map(|email| email.to_string()).unwrap_or_default();
            vouched.is_verified = told.email_verified() == Some(true);
        }
        Ok(vouched)
    }
}

/// Asks with our limits. Not a closure: what it borrows would keep a handler from moving between threads.
struct Http(reqwest::Client);

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = Lost;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, Lost>> + Send + Sync + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let answer = self.0.execute(request.try_into()?).await?;
            let mut response = openidconnect::http::Response::builder().status(answer.status());
            for (name, value) in answer.headers() {
                response = response.header(name, value);
            }
            Ok(response.body(answer.bytes().await?.to_vec())?)
        })
    }
}

impl Client {
    /// Where the browser is sent.
    pub fn address(&self, way: &Way) -> Url {
        let challenge =
            PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(way.verifier.clone()));
        let (state, nonce) = (way.state.clone(), way.nonce.clone());
        let request = self.0.authorize_url(
            CoreAuthenticationFlow::AuthorizationCode,
            move || CsrfToken::new(state),
            move || Nonce::new(nonce),
        );
        request.add_scope(Scope::new("email".into())).set_pkce_challenge(challenge).url().0
    }
}

fn unavailable(error: anyhow::Error) -> SsoRefusal {
    tracing::warn!(error = %format!("{error:#}"), "the identity provider cannot be asked");
    SsoRefusal::Unavailable
}
