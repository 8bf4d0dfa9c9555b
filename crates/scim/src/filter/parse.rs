//! Text to [`Filter`], iteratively: two stacks in the heap, so that depth of the text never becomes depth of ours.

use super::{
    BYTES_MAX, DEPTH_MAX, Filter, TERMS_MAX,
    comparison::{compare, operator},
    token::{Token, TokenKind, tokens},
};
use crate::{
    error::{ScimError, ScimType, invalid_filter},
    schema::{AttributePath, Name, ResourceSchema, Returned},
};

/// A filter over resources of the first of these schemas. A name it does not have is looked for in the others.
pub(super) fn filter(text: &str, schemas: &[&ResourceSchema]) -> Result<Filter, ScimError> {
    if text.len() > BYTES_MAX {
        return Err(invalid_filter("The filter is longer than 8 KiB."));
    }
    let tokens =
        tokens(text).map_err(|at| invalid_filter(format!("The filter cannot be read at byte {at}.")))?;
    Parser::new(schemas, None, &tokens).run()
}

/// The filter in the brackets of a path, over values of `scope`.
pub(crate) fn within(
    tokens: &[Token<'_>],
    scope: AttributePath,
    schema: &ResourceSchema,
) -> Result<Filter, ScimError> {
    Parser::new(&[schema], Some(scope), tokens).run()
}

/// What waits on the operator stack for its right side.
enum Waiting {
    And,
    Or,
    Not,
    Open,
    Bracket(AttributePath),
}

/// A finished part and how deep its tree is.
struct Operand {
    filter: Filter,
    depth: usize,
}

struct Parser<'p, 't> {
    schemas: &'p [&'p ResourceSchema],
    scope: Option<AttributePath>,
    tokens: std::iter::Peekable<std::slice::Iter<'p, Token<'t>>>,
    operands: Vec<Operand>,
    waiting: Vec<Waiting>,
    terms: usize,
}

impl<'p, 't> Parser<'p, 't> {
    fn new(schemas: &'p [&'p ResourceSchema], scope: Option<AttributePath>, tokens: &'p [Token<'t>]) -> Self {
        Self { schemas, scope, tokens: tokens.iter().peekable(), operands: vec![], waiting: vec![], terms: 0 }
    }

    fn run(mut self) -> Result<Filter, ScimError> {
        loop {
            self.operand()?;
            if !self.connective()? {
                break;
            }
        }
        while let Some(waiting) = self.waiting.pop() {
            self.join(&waiting)?;
        }
        self.operands.pop().map(|operand| operand.filter).ok_or_else(unfinished)
    }

    /// Reads everything up to and including one term.
    fn operand(&mut self) -> Result<(), ScimError> {
        loop {
            let token = self.tokens.next().ok_or_else(unfinished)?;
            match (&token.kind, self.tokens.peek().map(|next| &next.kind)) {
                (TokenKind::Open, _) => self.waiting.push(Waiting::Open),
                (TokenKind::Word(word), Some(TokenKind::Open)) if word.eq_ignore_ascii_case("not") => {
                    self.waiting.push(Waiting::Not);
                }
                (TokenKind::Word(name), Some(TokenKind::OpenBracket)) if self.scope.is_none() => {
                    let attribute = self.attribute(name)?;
                    if attribute.sub.is_some()
                        || attribute.attribute.sub_attributes.is_empty() && !attribute.attribute.multi_valued
                    {
                        return Err(invalid_filter(format!(
                            "{attribute} has no parts that brackets could select."
                        )));
                    }
                    self.tokens.next();
                    self.scope = Some(attribute);
                    self.waiting.push(Waiting::Bracket(attribute));
                }
                (TokenKind::Word(name), _) => return self.term(name),
                _ => return Err(unexpected(token)),
            }
        }
    }

    fn term(&mut self, name: &str) -> Result<(), ScimError> {
        let path = self.attribute(name)?;
        let filter = self.comparison(path)?;
        self.push_term(filter)
    }

    fn push_term(&mut self, filter: Filter) -> Result<(), ScimError> {
        self.terms += 1;
        if self.terms > TERMS_MAX {
            return Err(ScimError::new(ScimType::TooMany, "The filter has more than 200 terms."));
        }
        self.operands.push(Operand { filter, depth: 1 });
        Ok(())
    }

    fn attribute(&self, name: &str) -> Result<AttributePath, ScimError> {
        let found = match self.scope {
            Some(scope) => scope.with_sub(name),
            None => self.schemas.iter().find_map(|schema| match schema.resolve(name)? {
                Name::Attribute(path) => Some(path),
                Name::Schema(_) => None,
            }),
        };
        let path = found
            .ok_or_else(|| invalid_filter("The filter names an attribute that the schema does not have."))?;
        if path.attribute.returned == Returned::Never {
            return Err(invalid_filter(format!("{path} cannot be searched.")));
        }
        Ok(path)
    }

    /// `operator literal`, or `pr`, after the attribute.
    fn comparison(&mut self, path: AttributePath) -> Result<Filter, ScimError> {
        let token = self.tokens.next().ok_or_else(unfinished)?;
        let TokenKind::Word(word) = token.kind else { return Err(unexpected(token)) };
        if word.eq_ignore_ascii_case("pr") {
            return Ok(Filter::Present(path));
        }
        let operator = operator(word).ok_or_else(|| unexpected(token))?;
        let literal = self.tokens.next().ok_or_else(unfinished)?;
        compare(path, operator, literal)
    }

    /// Reads what may follow a term: closings, then a connective (`true`) or the end (`false`).
    fn connective(&mut self) -> Result<bool, ScimError> {
        while let Some(token) = self.tokens.next() {
            match &token.kind {
                TokenKind::Close => self.close(token)?,
                TokenKind::CloseBracket => self.close_bracket(token)?,
                TokenKind::Word(word) if word.eq_ignore_ascii_case("and") => {
                    self.join_while(|waiting| matches!(waiting, Waiting::And))?;
                    self.waiting.push(Waiting::And);
                    return Ok(true);
                }
                TokenKind::Word(word) if word.eq_ignore_ascii_case("or") => {
                    self.join_while(|waiting| matches!(waiting, Waiting::And | Waiting::Or))?;
                    self.waiting.push(Waiting::Or);
                    return Ok(true);
                }
                _ => return Err(unexpected(token)),
            }
        }
        Ok(false)
    }

    fn close(&mut self, token: &Token<'_>) -> Result<(), ScimError> {
        self.join_while(|waiting| matches!(waiting, Waiting::And | Waiting::Or))?;
        match self.waiting.pop() {
            Some(Waiting::Open) => {}
            _ => return Err(unexpected(token)),
        }
        if matches!(self.waiting.last(), Some(Waiting::Not)) {
            self.waiting.pop();
            self.wrap(|inner| Filter::Not(Box::new(inner)))?;
        }
        Ok(())
    }

    fn close_bracket(&mut self, token: &Token<'_>) -> Result<(), ScimError> {
        self.join_while(|waiting| matches!(waiting, Waiting::And | Waiting::Or))?;
        let Some(Waiting::Bracket(attribute)) = self.waiting.pop() else { return Err(unexpected(token)) };
        if let Some(sub) = self.trailing_sub_attribute() {
            // SCIM-58: `emails[type eq "work"].value eq "x"` asks one and the same value for both.
            self.term(sub)?;
            self.join(&Waiting::And)?;
        }
        self.scope = None;
        self.wrap(|inner| Filter::Value { attribute, filter: Box::new(inner) })
    }

    fn trailing_sub_attribute(&mut self) -> Option<&'t str> {
        let TokenKind::Word(word) = self.tokens.peek()?.kind else { return None };
        let sub = word.strip_prefix('.')?;
        self.tokens.next();
        Some(sub)
    }

    fn join_while(&mut self, wanted: impl Fn(&Waiting) -> bool) -> Result<(), ScimError> {
        while let Some(waiting) = self.waiting.pop_if(|waiting| wanted(waiting)) {
            self.join(&waiting)?;
        }
        Ok(())
    }

    /// Joins the two newest operands. An opening that was never closed ends here too.
    fn join(&mut self, waiting: &Waiting) -> Result<(), ScimError> {
        let all = match waiting {
            Waiting::And => true,
            Waiting::Or => false,
            Waiting::Not | Waiting::Open | Waiting::Bracket(_) => return Err(unfinished()),
        };
        let right = self.operands.pop().ok_or_else(unfinished)?;
        let left = self.operands.pop().ok_or_else(unfinished)?;
        let mut depth = 0;
        let mut parts = absorb(left, all, &mut depth);
        parts.append(&mut absorb(right, all, &mut depth));
        let filter = if all { Filter::And(parts) } else { Filter::Or(parts) };
        self.push(filter, depth + 1)
    }

    fn wrap(&mut self, with: impl FnOnce(Filter) -> Filter) -> Result<(), ScimError> {
        let inner = self.operands.pop().ok_or_else(unfinished)?;
        self.push(with(inner.filter), inner.depth + 1)
    }

    fn push(&mut self, filter: Filter, depth: usize) -> Result<(), ScimError> {
        if depth > DEPTH_MAX {
            return Err(invalid_filter("The filter nests deeper than 20 levels."));
        }
        self.operands.push(Operand { filter, depth });
        Ok(())
    }
}

/// The parts `operand` gives to a connective: a run of the same connective becomes one list. `depth` becomes that of
/// the deepest part.
fn absorb(operand: Operand, all: bool, depth: &mut usize) -> Vec<Filter> {
    match operand.filter {
        Filter::And(parts) if all => {
            *depth = (*depth).max(operand.depth - 1);
            parts
        }
        Filter::Or(parts) if !all => {
            *depth = (*depth).max(operand.depth - 1);
            parts
        }
        filter => {
            *depth = (*depth).max(operand.depth);
            vec![filter]
        }
    }
}

fn unexpected(token: &Token<'_>) -> ScimError {
    invalid_filter(format!("The filter cannot be read at byte {}.", token.at))
}

fn unfinished() -> ScimError {
    invalid_filter("The filter ends too early, or a bracket is left open.")
}

#[cfg(test)]
mod tests;
