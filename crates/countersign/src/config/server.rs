//! `[server]`.

use super::network::HostName;
use super::reader::Reader;
use super::table::table;
use super::web_address::PublicUrl;

table! {
    /// Who this server is to the outside world.
    ["server"] Server {
        /// The name people and programs reach this server by. Links in messages are made of it, and requests that
        /// name another host are refused.
        hostname: HostName = HostName::localhost();
        /// Added to every port, so that two servers fit on one machine.
        offset: u16 = 0;
        /// The public address when it is not `https://hostname:port`, as behind a proxy. Must be absolute and begin
        /// with `https://`; messages never take the address from a request.
        base_path: Option<PublicUrl> = None, like "https://id.example.org";
        /// Further names that requests may use, each `host` or `host:port`. They never appear in links.
        host_aliases: Vec<String> = Vec::new();
    }
}

impl Server {
    /// Refuses aliases that are no host names.
    pub(super) fn settle(&self, reader: &mut Reader<'_>) {
        for alias in &self.host_aliases {
            let wrong =
                alias.contains(|c: char| c.is_whitespace() || c.is_control() || "/@?#*\\".contains(c));
            if wrong {
                reader.refuse(
                    "server.host_aliases",
                    "has an entry that is no host name",
                    "Write each alias as `\"host\"` or `\"host:port\"`, without scheme, path or wildcard.",
                );
            }
        }
    }
}
