//! The doors of each kind of dossier: the same five for all, described by their own models.

/// Five doors of one kind: list, begin, one with its texts, a command, its history.
macro_rules! doors {
    (
        $(#[$doc:meta])* $module:ident, $model:ty, $command:ty, $given:ident,
        $collection:literal, $one:literal, $commands:literal, $events:literal,
        $list_id:literal, $begin_id:literal, $get_id:literal, $give_id:literal, $events_id:literal
    ) => {
        $(#[$doc])*
        pub(crate) mod $module {
            use axum::Json;
            use axum::extract::{Path, State};
            use serde::Deserialize;
            use utoipa::ToSchema;
            use utoipa_axum::routes;
            use yipan_http::cursor::Page;
            use yipan_http::{Body, Doors, Fault, IdempotencyKey, Problems, Query, Routes, Seat};
            use yipan_platform::dossiers::{DossierName, Kept, Opened};

            use crate::desk::{self, Happened, ListQuery, Listed};

            /// A command, with the version that its giver saw.
            #[derive(Debug, Deserialize, ToSchema)]
            #[allow(dead_code, reason = "describes what is read field by field")]
            #[schema(as = $given)]
            pub(crate) struct Given {
                /// A dossier that changed since refuses with `dossier.stale`; without a version it is not asked.
                version: Option<u64>,
                #[serde(flatten)]
                command: $command,
            }

            /// Those in the asker's sight, the newest first.
            #[utoipa::path(
                get, path = $collection, operation_id = $list_id, tag = "duty", params(ListQuery),
                responses((status = 200, description = "A page.", body = Page<Listed<$model>>), Problems)
            )]
            pub(crate) async fn list(
                State(doors): State<Doors>, seat: Seat, Query(query): Query<ListQuery>,
            ) -> Result<Json<Page<Listed<$model>>>, Fault> {
                desk::list::<$model>(&doors, &seat, query).await
            }

            /// Begin one.
            #[utoipa::path(
                post, path = $collection, operation_id = $begin_id, tag = "duty", request_body = Given,
                params(("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated call harmless; kept 30 days.")),
                responses((status = 200, description = "What came of it.", body = Kept), Problems)
            )]
            pub(crate) async fn begin(
                State(doors): State<Doors>, seat: Seat, key: IdempotencyKey, body: Body<serde_json::Value>,
            ) -> Result<Json<Kept>, Fault> {
                desk::give::<$model>(&doors, &seat, DossierName::New, $collection, key, body).await
            }

            /// One with its texts.
            #[utoipa::path(
                get, path = $one, operation_id = $get_id, tag = "duty",
                params(("id" = String, Path, description = "Its id or its number.")),
                responses((status = 200, description = "As it stands.", body = Opened<$model>), Problems)
            )]
            pub(crate) async fn get(
                State(doors): State<Doors>, seat: Seat, Path(id): Path<String>,
            ) -> Result<Json<Opened<$model>>, Fault> {
                desk::open::<$model>(&doors, &seat, &id).await
            }

            /// Give a command to one.
            #[utoipa::path(
                post, path = $commands, operation_id = $give_id, tag = "duty", request_body = Given,
                params(
                    ("id" = String, Path, description = "Its id or its number."),
                    ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated call harmless; kept 30 days."),
                ),
                responses((status = 200, description = "What came of it.", body = Kept), Problems)
            )]
            pub(crate) async fn give(
                State(doors): State<Doors>, seat: Seat, Path(id): Path<String>, key: IdempotencyKey,
                body: Body<serde_json::Value>,
            ) -> Result<Json<Kept>, Fault> {
                let path = $commands.replace("{id}", &id);
                desk::give::<$model>(&doors, &seat, DossierName::Id(id), &path, key, body).await
            }

            /// What happened to one.
            #[utoipa::path(
                get, path = $events, operation_id = $events_id, tag = "duty",
                params(("id" = String, Path, description = "Its id or its number.")),
                responses((status = 200, description = "In order.", body = Vec<Happened>), Problems)
            )]
            pub(crate) async fn events(
                State(doors): State<Doors>, seat: Seat, Path(id): Path<String>,
            ) -> Result<Json<Vec<Happened>>, Fault> {
                desk::events::<$model>(&doors, &seat, &id).await
            }

            /// All five.
            pub(crate) fn routes() -> Routes {
                Routes::new()
                    .routes(routes!(list, begin))
                    .routes(routes!(get))
                    .routes(routes!(give))
                    .routes(routes!(events))
            }
        }
    };
}

doors!(
    /// Shifts (班次).
    shifts, yipan_duty::Shift, yipan_duty::shift::Command, GivenShiftCommand,
    "/duty/shifts", "/duty/shifts/{id}", "/duty/shifts/{id}/commands", "/duty/shifts/{id}/events",
    "listShifts", "beginShift", "getShift", "giveShiftCommand", "listShiftEvents"
);

doors!(
    /// Command posts (指挥部).
    posts, yipan_duty::Post, yipan_duty::post::Command, GivenCommandPostCommand,
    "/duty/posts", "/duty/posts/{id}", "/duty/posts/{id}/commands", "/duty/posts/{id}/events",
    "listCommandPosts", "beginCommandPost", "getCommandPost", "giveCommandPostCommand", "listCommandPostEvents"
);

doors!(
    /// Incidents (事件).
    incidents, yipan_duty::Incident, yipan_duty::incident::Command, GivenIncidentCommand,
    "/duty/incidents", "/duty/incidents/{id}", "/duty/incidents/{id}/commands", "/duty/incidents/{id}/events",
    "listIncidents", "beginIncident", "getIncident", "giveIncidentCommand", "listIncidentEvents"
);

doors!(
    /// Collections of losses (灾情).
    losses, yipan_duty::Losses, yipan_duty::losses::Command, GivenLossCollectionCommand,
    "/duty/losses", "/duty/losses/{id}", "/duty/losses/{id}/commands", "/duty/losses/{id}/events",
    "listLossCollections", "beginLossCollection", "getLossCollection", "giveLossCollectionCommand", "listLossCollectionEvents"
);

doors!(
    /// Urgent information (紧急信息).
    urgent, yipan_duty::Urgent, yipan_duty::urgent::Command, GivenUrgentReportCommand,
    "/duty/urgent", "/duty/urgent/{id}", "/duty/urgent/{id}/commands", "/duty/urgent/{id}/events",
    "listUrgentReports", "beginUrgentReport", "getUrgentReport", "giveUrgentReportCommand", "listUrgentReportEvents"
);

doors!(
    /// Briefs (专报) and the instructions on them (批示).
    briefs, yipan_duty::Brief, yipan_duty::brief::Command, GivenBriefCommand,
    "/duty/briefs", "/duty/briefs/{id}", "/duty/briefs/{id}/commands", "/duty/briefs/{id}/events",
    "listBriefs", "beginBrief", "getBrief", "giveBriefCommand", "listBriefEvents"
);

doors!(
    /// Joint judgements (研判).
    judgements, yipan_duty::Judgement, yipan_duty::judgement::Command, GivenJudgementCommand,
    "/duty/judgements", "/duty/judgements/{id}", "/duty/judgements/{id}/commands", "/duty/judgements/{id}/events",
    "listJudgements", "beginJudgement", "getJudgement", "giveJudgementCommand", "listJudgementEvents"
);
