//! One declaration per table: the struct, the parser, the reference and the first file all come from it.

use super::kind::Kind;
use super::reader::Reader;

/// A key as the reference describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Key {
    /// Where it stands, dotted: `server.hostname`.
    pub(crate) path: String,
    /// Its last part: `hostname`.
    pub(crate) name: &'static str,
    /// What it takes.
    pub(crate) kind: String,
    /// The value it has when the file does not give it, as TOML; `None` when there is none.
    pub(crate) default: Option<String>,
    /// A value to show where there is no default.
    pub(crate) example: Option<&'static str>,
    /// Whether its value must never be shown.
    pub(crate) secret: bool,
    /// What it does: the doc comment of the field.
    pub(crate) doc: &'static [&'static str],
}

/// A table as the reference describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Description {
    /// The name between the brackets.
    pub(crate) path: &'static str,
    /// What it is about: the doc comment of the struct.
    pub(crate) doc: &'static [&'static str],
    /// Its keys in the order of the file.
    pub(crate) keys: Vec<Key>,
}

/// A table of `deployment.toml`.
pub(crate) trait Table: Sized {
    /// The name between the brackets.
    const PATH: &'static str;

    /// What the reference says.
    fn describe() -> Description;

    /// Takes the table's keys from the file, with the default for each that is absent or wrong.
    fn read(reader: &mut Reader<'_>) -> Self;

    /// Each key's path with the value in force, secrets masked.
    fn effective(&self) -> Vec<(String, Option<String>)>;
}

/// What one line of a `table!` says about its key.
pub(crate) fn key<K: Kind>(
    table: &str,
    name: &'static str,
    default: &K,
    example: Option<&'static str>,
    doc: &'static [&'static str],
) -> Key {
    let path = format!("{table}.{name}");
    Key { path, name, kind: K::name(), default: default.show(), example, secret: K::SECRET, doc }
}

/// Declares a table. The doc comments are the reference; the defaults are the ones in force.
///
/// `field as "name"` gives a key a name that is no Rust word; `like "…"` shows an example where there is no default.
macro_rules! table {
    (
        $(#[doc = $table_doc:literal])+
        [$path:literal] $table:ident {
            $(
                $(#[doc = $doc:literal])+
                $field:ident $(as $name:literal)? : $kind:ty = $default:expr $(, like $example:literal)? ;
            )*
        }
    ) => {
        $(#[doc = $table_doc])+
        #[derive(Debug, Clone, PartialEq)]
        #[allow(clippy::struct_excessive_bools, clippy::struct_field_names, reason = "the file has these flags and names")]
        pub(crate) struct $table { $( $(#[doc = $doc])+ pub(crate) $field: $kind ),* }

        impl $crate::config::table::Table for $table {
            const PATH: &'static str = $path;

            fn describe() -> $crate::config::table::Description {
                $crate::config::table::Description {
                    path: $path,
                    doc: &[$($table_doc),+],
                    keys: vec![$(
                        $crate::config::table::key::<$kind>(
                            $path,
                            [$($name,)? stringify!($field)][0],
                            &$default,
                            [$(Some($example),)? None][0],
                            &[$($doc),+],
                        )
                    ),*],
                }
            }

            fn read(reader: &mut $crate::config::reader::Reader<'_>) -> Self {
                Self {
                    $( $field: reader.take(concat!($path, ".", table!(@name $field $($name)?)), $default) ),*
                }
            }

            fn effective(&self) -> Vec<(String, Option<String>)> {
                vec![$( (
                    concat!($path, ".", table!(@name $field $($name)?)).to_owned(),
                    $crate::config::kind::Kind::show(&self.$field),
                ) ),*]
            }
        }
    };
    (@name $field:ident $name:literal) => { $name };
    (@name $field:ident) => { stringify!($field) };
}
pub(crate) use table;
