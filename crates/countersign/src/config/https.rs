//! `[transport.https.properties]`.

use std::net::{IpAddr, Ipv4Addr};

use super::reader::Reader;
use super::server::Server;
use super::table::table;

table! {
    /// Where this server listens. There is no plain HTTP port.
    ["transport.https.properties"] Https {
        /// The port, before `[server] offset` is added.
        port: u16 = 9443;
        /// The address to listen on. Only programs on this machine reach `127.0.0.1`; `0.0.0.0` is all addresses.
        /// Change it when the server has a certificate and an administrator password of its own.
        address: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
    }
}

impl Https {
    /// Refuses a port that is none once the offset is added.
    pub(super) fn settle(&self, server: &Server, reader: &mut Reader<'_>) {
        if self.port == 0 {
            reader.refuse(
                "transport.https.properties.port",
                "must be from 1 to 65535, not `0`",
                "Write the port to listen on; 9443 is the usual one.",
            );
        } else if self.port.checked_add(server.offset).is_none() {
            reader.refuse(
                "server.offset",
                "leads to a port above 65535",
                "Lower the offset, or the port in `[transport.https.properties]`.",
            );
        }
    }
}
