//! The query of an address, read with errors that name the parameter.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use yipan_base::refusal::Refusal;

use crate::problem::Fault;

/// The parameters of an address. Types refuse unknown names by `deny_unknown_fields`.
#[derive(Debug, Clone)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Fault> {
        let read = axum::extract::Query::<T>::from_request_parts(parts, state).await;
        read.map(|query| Self(query.0)).map_err(|fault| {
            let said = fault.body_text();
            Fault(Refusal::invalid("query.parameter", format!("查询参数有误：{said}"), said))
        })
    }
}
