//! All routes of the house, their description, and the layers around them.

use std::sync::Arc;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use tokio::sync::watch;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};
use utoipa::openapi::{
    ComponentsBuilder, InfoBuilder, License, OpenApi, OpenApiBuilder, SecurityRequirement,
};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use yipan_http::{Application, Doors, Problem};
use yipan_platform::House;

use crate::farewell::{self, Farewell};
use crate::house_info::{self, DemoHint};
use crate::{admission, envelope, sessions, upkeep, web};

/// The cookie that carries a session.
pub(crate) const COOKIE: &str = "yipan_session";

/// How the server is told to behave.
#[derive(Debug, Clone, Default)]
pub struct ServerOptions {
    /// Forwarded addresses are believed.
    pub behind_proxy: bool,
    /// Browsers speak TLS, with this house or with the proxy before it: the cookie is marked `Secure`.
    pub encrypted: bool,
    /// The business clock is a simulated one.
    pub simulated: bool,
    /// In a demo house: what the log-in page tells a newcomer.
    pub demo: Option<DemoHint>,
}

/// The HTTP process, ready to listen.
#[derive(Clone)]
pub struct Server {
    pub house: House,
    pub options: Arc<ServerOptions>,
    farewell: Farewell,
}

/// The routes, once for people and once for the machine's owner.
pub struct Assembled {
    pub(crate) farewell: Farewell,
    /// Sessions by cookie.
    pub public: Router,
    /// Whoever may open the data directory's socket names who acts.
    pub local: Router,
}

impl Server {
    #[must_use]
    pub fn new(house: House, options: ServerOptions) -> Self {
        let (_, staying) = watch::channel(false);
        Self { house, options: Arc::new(options), farewell: Farewell::new(staying) }
    }

    /// A server that hears when it is to leave.
    #[must_use]
    pub fn leaving(self, leave: watch::Receiver<bool>) -> Self {
        Self { farewell: Farewell::new(leave), ..self }
    }

    /// Puts the applications together.
    #[must_use]
    pub fn assemble(&self, applications: &[&dyn Application]) -> Assembled {
        let doors = Doors { house: self.house.clone() };
        let (routes, own, described) = routes(applications);
        let routes = applications
            .iter()
            .fold(routes, |routes, application| routes.merge(application.public()))
            .layer(axum::Extension(self.options.clone()))
            .layer(axum::Extension(self.farewell.clone()))
            .with_state(doors);
        let routes = routes.merge(own.with_state(self.clone()));
        let text: Arc<str> = described.to_pretty_json().unwrap_or_default().into();
        let routes = routes
            .merge(web::description(text))
            .fallback(web::page)
            .method_not_allowed_fallback(envelope::no_such_method);
        let outer = |routes: Router| {
            let compressed = DefaultPredicate::new().and(NotForContentType::const_new("text/event-stream"));
            routes.layer(
                ServiceBuilder::new()
                    .layer(from_fn_with_state(self.farewell.clone(), farewell::close))
                    .layer(from_fn(envelope::wrap))
                    .layer(CompressionLayer::new().compress_when(compressed))
                    .layer(CatchPanicLayer::custom(envelope::panicked)),
            )
        };
        Assembled {
            farewell: self.farewell.clone(),
            public: outer(routes.clone().layer(from_fn_with_state(self.clone(), admission::by_cookie))),
            local: outer(routes.layer(from_fn_with_state(self.clone(), admission::by_owner))),
        }
    }
}

/// The description of the API with these applications (OpenAPI 3.1).
#[must_use]
pub fn description(applications: &[&dyn Application]) -> OpenApi {
    routes(applications).2
}

/// The routes of the applications, those of the server itself, and the description of both.
fn routes(applications: &[&dyn Application]) -> (Router<Doors>, Router<Server>, OpenApi) {
    let mut routes: OpenApiRouter<Doors> =
        OpenApiRouter::new().routes(routes!(house_info::get_house)).routes(routes!(farewell::get_readiness));
    for application in applications {
        routes = routes.merge(application.routes());
    }
    let own: OpenApiRouter<Server> = OpenApiRouter::new()
        .routes(routes!(sessions::get_session, sessions::log_in, sessions::log_out))
        .routes(routes!(sessions::redeem_link))
        .routes(routes!(sessions::change_password))
        .routes(routes!(upkeep::verify_audit))
        .routes(routes!(upkeep::replay_events))
        .routes(routes!(upkeep::back_up))
        .routes(routes!(upkeep::list_stuck))
        .routes(routes!(upkeep::retry_message));
    let (routes, mut described) =
        OpenApiRouter::with_openapi(head()).nest("/api/v1", routes).split_for_parts();
    let (own, own_described) = OpenApiRouter::new().nest("/api/v1", own).split_for_parts();
    described.merge(own_described);
    (routes, own, described)
}

/// The head of the API's description.
fn head() -> OpenApi {
    let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(COOKIE)));
    OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title("Yipan 一盘棋")
                .version(env!("CARGO_PKG_VERSION"))
                .description(Some(
                    "The operating platform of a city-region governance command centre. Errors are problem \
                     documents (RFC 9457) in the language of `Accept-Language`; lists use opaque keyset cursors; \
                     writes take an `Idempotency-Key`; times are RFC 3339 with +08:00.",
                ))
                .license(Some(License::new("Apache-2.0"))),
        )
        .components(Some(ComponentsBuilder::new().schema_from::<Problem>().security_scheme("session", cookie).build()))
        .security(Some([SecurityRequirement::new("session", Vec::<String>::new())]))
        .build()
}
