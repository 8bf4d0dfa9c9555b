//! A mail server that keeps no mail: it writes down to whom which code was sent.

use std::fs::File;
use std::io::Write as _;
use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context as _;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// Serves until killed. Every mail that holds a code becomes one line of `codes`: the recipient, a space, the code.
pub(crate) async fn serve(port: u16, codes: &Path) -> anyhow::Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.context("cannot listen")?;
    let file = File::options().create(true).append(true).open(codes).context("cannot write the codes")?;
    let codes = Arc::new(Mutex::new(file));
    loop {
        let (connection, _) = listener.accept().await?;
        let codes = Arc::clone(&codes);
        // A client that goes away in the middle of a mail is not this program's trouble.
        tokio::spawn(async move { drop(converse(connection, &codes).await) });
    }
}

/// As much of RFC 5321 as a client needs that pipelines nothing.
async fn converse(connection: TcpStream, codes: &Mutex<File>) -> anyhow::Result<()> {
    connection.set_nodelay(true)?;
    let (input, mut output) = connection.into_split();
    let mut lines = BufReader::new(input).lines();
    output.write_all(b"220 sink\r\n").await?;
    let (mut recipient, mut code, mut in_message) = (String::new(), None, false);
    while let Some(line) = lines.next_line().await? {
        if in_message && line != "." {
            code = code.or_else(|| code_in(&line));
            continue;
        }
        let answer: &[u8] = match line.get(..4).unwrap_or(&line).to_ascii_uppercase().as_str() {
            "." => {
                in_message = false;
                if let Some(code) = code.take() {
                    let mut file = codes.lock().unwrap_or_else(PoisonError::into_inner);
                    file.write_all(format!("{recipient} {code}\n").as_bytes())?;
                }
                b"250 taken\r\n"
            }
            "DATA" => {
                in_message = true;
                b"354 go on\r\n"
            }
            "RCPT" => {
                recipient = address_in(&line).unwrap_or_default().to_owned();
                b"250 yes\r\n"
            }
            "QUIT" => {
                output.write_all(b"221 bye\r\n").await?;
                break;
            }
            _ => b"250 yes\r\n",
        };
        output.write_all(answer).await?;
    }
    Ok(())
}

/// The address of `RCPT TO:<a@b> …`.
fn address_in(line: &str) -> Option<&str> {
    line.split_once('<')?.1.split_once('>').map(|(address, _)| address)
}

/// The built-in texts show a code alone on a line, four spaces in.
fn code_in(line: &str) -> Option<String> {
    let code = line.strip_prefix("    ")?.trim_end();
    (code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_alphanumeric())).then(|| code.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sink finds the code of a mail, and nothing else that stands in it.
    #[test]
    fn a_code_is_a_line_of_its_own() {
        let lines =
            ["    aB3dE9", "    aB3dE9 \r", "aB3dE9", "    aB3dE", "    see you", " folded", "    ab-d12"];

        let found = lines.map(code_in);

        let code = Some("aB3dE9".to_owned());
        assert_eq!(found, [code.clone(), code, None, None, None, None, None]);
    }

    /// RFC 5321 §4.1.1.3: the path, not its parameters.
    #[test]
    fn the_recipient_is_what_stands_in_angle_brackets() {
        assert_eq!(address_in("RCPT TO:<kim@example.org> NOTIFY=NEVER"), Some("kim@example.org"));
        assert_eq!(address_in("RCPT TO:kim"), None);
    }
}
