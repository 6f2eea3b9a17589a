//! Schemas of what is text on the wire and more inside.

#[doc(hidden)]
pub use utoipa;

/// Describes a type as the text that it travels as.
#[macro_export]
macro_rules! schema_of_text {
    ($name:ident, $description:literal, $example:literal) => {
        impl $crate::schema::utoipa::PartialSchema for $name {
            fn schema() -> $crate::schema::utoipa::openapi::RefOr<$crate::schema::utoipa::openapi::Schema> {
                $crate::schema::utoipa::openapi::ObjectBuilder::new()
                    .schema_type($crate::schema::utoipa::openapi::schema::Type::String)
                    .description(Some($description))
                    .examples([$example])
                    .into()
            }
        }

        impl $crate::schema::utoipa::ToSchema for $name {}
    };
}

pub use schema_of_text as text;
