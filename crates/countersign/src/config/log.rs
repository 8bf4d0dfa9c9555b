//! `[countersign.log]`.

use super::kind::words;
use super::table::table;

words! {
    /// How much is said.
    LogLevel {
        /// Only what failed.
        Error = "error",
        /// Also what may soon.
        Warn = "warn" | "warning",
        /// Also what happened.
        Info = "info",
        /// Also how.
        Debug = "debug",
        /// Everything.
        Trace = "trace"
    }
}

words! {
    /// How it is written.
    LogFormat {
        /// One JSON object per line.
        Json = "json",
        /// Lines for people.
        Text = "text"
    }
}

table! {
    /// What the server says about itself, on standard error. Secrets and whole addresses are left out at every level.
    ["countersign.log"] Log {
        /// How much: `"info"` tells what happened, `"debug"` also how.
        level: LogLevel = LogLevel::Info;
        /// `"json"` for collectors: one object per line. `"text"` for people.
        format: LogFormat = LogFormat::Json;
    }
}
