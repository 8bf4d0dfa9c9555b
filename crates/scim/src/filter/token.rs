//! The words of filters and PATCH paths.

use winnow::{
    Parser, Result,
    ascii::multispace0,
    combinator::{alt, delimited, preceded, repeat},
    error::{ContextError, ParserError},
    token::{any, one_of, take_while},
};

/// One word, and the byte it starts at.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Token<'t> {
    pub(crate) kind: TokenKind<'t>,
    pub(crate) at: usize,
}

/// What a word is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum TokenKind<'t> {
    /// A name, an operator, a number, `true`, `false`, `null`: whatever needs no quotes.
    Word(&'t str),
    /// A JSON string.
    Text(String),
    /// `(`
    Open,
    /// `)`
    Close,
    /// `[`
    OpenBracket,
    /// `]`
    CloseBracket,
}

/// Splits `text` into words. The error is the byte at which no word could be read.
pub(crate) fn tokens(text: &str) -> std::result::Result<Vec<Token<'_>>, usize> {
    let mut rest = text;
    let mut tokens = Vec::new();
    loop {
        rest = rest.trim_ascii_start();
        let at = text.len() - rest.len();
        if rest.is_empty() {
            return Ok(tokens);
        }
        let kind = token(&mut rest).map_err(|_| at)?;
        tokens.push(Token { kind, at });
    }
}

fn token<'t>(input: &mut &'t str) -> Result<TokenKind<'t>> {
    preceded(
        multispace0,
        alt((
            '('.value(TokenKind::Open),
            ')'.value(TokenKind::Close),
            '['.value(TokenKind::OpenBracket),
            ']'.value(TokenKind::CloseBracket),
            text.map(TokenKind::Text),
            word.map(TokenKind::Word),
        )),
    )
    .parse_next(input)
}

/// Letters, digits and what stands in URNs, `$ref`, `a.b` and numbers.
fn word<'t>(input: &mut &'t str) -> Result<&'t str> {
    take_while(1.., |c: char| c.is_ascii_alphanumeric() || "_-.:$+".contains(c)).parse_next(input)
}

/// A JSON string with every JSON escape. Its end is found here; what is inside, `serde_json` knows best.
fn text(input: &mut &str) -> Result<String> {
    let plain = take_while(1.., |c: char| c != '"' && c != '\\').void();
    let escaped = ('\\', any).void();
    let quoted = delimited(one_of('"'), repeat::<_, _, (), _, _>(0.., alt((plain, escaped))), one_of('"'))
        .take()
        .parse_next(input)?;
    serde_json::from_str(quoted).map_err(|_| ContextError::from_input(input))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<TokenKind<'_>> {
        tokens(text).unwrap().into_iter().map(|token| token.kind).collect()
    }

    #[test]
    fn a_filter_is_split_into_its_words() {
        assert_eq!(
            kinds(r#"emails[type eq "wo\"rk\u0021"].value Gt -1.5e+3"#),
            [
                TokenKind::Word("emails"),
                TokenKind::OpenBracket,
                TokenKind::Word("type"),
                TokenKind::Word("eq"),
                TokenKind::Text("wo\"rk!".into()),
                TokenKind::CloseBracket,
                TokenKind::Word(".value"),
                TokenKind::Word("Gt"),
                TokenKind::Word("-1.5e+3"),
            ]
        );
    }

    #[test]
    fn what_is_no_word_is_refused_where_it_starts() {
        assert_eq!(tokens("userName eq \"open").unwrap_err(), 12);
        assert_eq!(tokens(r#"a eq "\x""#).unwrap_err(), 5);
        assert_eq!(tokens("a eq 'b'").unwrap_err(), 5);
        assert_eq!(tokens("ä pr").unwrap_err(), 0);
    }
}
