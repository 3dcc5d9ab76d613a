//! Calls in browser code: `window.Cello("open")`, `widget.boot({…})`, `fetch(url)`.

use super::script::{Kind, Token, arguments, within};

/// A call.
#[derive(Debug)]
pub struct Call<'t> {
    /// Names before the bracket, outermost first: `window`, `Cello`.
    pub path: Vec<&'t str>,
    /// Number of the name that is called, in its tokens.
    pub name: usize,
    /// Tokens between its brackets.
    pub inner: &'t [Token],
}

impl<'t> Call<'t> {
    /// All calls, in order.
    pub fn all(tokens: &'t [Token]) -> impl Iterator<Item = Self> {
        (1..tokens.len()).filter_map(move |open| {
            let name = open - 1 - usize::from(is_optional(tokens, open));
            let is_call = tokens[open].is("(") && tokens[name].kind == Kind::Word;
            let declares = name > 0 && ["function", "new"].iter().any(|word| tokens[name - 1].is(word));
            (is_call && !declares).then(|| Self {
                path: path(tokens, name),
                name,
                inner: within(tokens, open),
            })
        })
    }

    /// The called name.
    pub fn called(&self) -> &str {
        self.path.last().copied().unwrap_or_default()
    }

    /// Its arguments.
    pub fn arguments(&self) -> Vec<&'t [Token]> {
        arguments(self.inner)
    }

    /// A first argument that is a string.
    pub fn command(&self) -> Option<&'t str> {
        self.inner.first().and_then(Token::string)
    }

    /// Calls of a command of Cello's widget: `Cello("boot", …)`.
    pub fn is_widget_command(&self, command: &str) -> bool {
        self.called() == "Cello" && self.command() == Some(command)
    }

    /// True for `cello.boot(…)` of whatever the queue hands over, or `Cello("boot", …)`.
    pub fn is_boot(&self) -> bool {
        let method = self.called() == "boot" && self.path.len() > 1;
        (method && self.inner.first().is_some_and(|token| token.is("{") || token.kind == Kind::Word))
            || self.is_widget_command("boot")
    }
}

/// `call?.(…)`: the bracket comes after two more signs.
fn is_optional(tokens: &[Token], open: usize) -> bool {
    open >= 3 && tokens[open - 1].is(".") && tokens[open - 2].is("?")
}

fn path(tokens: &[Token], name: usize) -> Vec<&str> {
    let mut path = vec![tokens[name].text.as_str()];
    let mut at = name;
    while at >= 2 && tokens[at - 1].is(".") {
        // `a?.b`
        let before = if tokens[at - 2].is("?") && at >= 3 { at - 3 } else { at - 2 };
        if tokens[before].kind != Kind::Word {
            path.push("");
            break;
        }
        path.push(tokens[before].text.as_str());
        at = before;
    }
    path.reverse();
    path
}

/// True if the code has this word, or a string that is it.
pub fn has_word(tokens: &[Token], word: &str) -> bool {
    tokens.iter().any(|token| token.text == word)
}

#[cfg(test)]
mod tests {
    use super::super::script::tokens;
    use super::*;

    #[test]
    fn calls_have_their_path_and_arguments() {
        let code = "window.Cello?.('open'); cello.boot({a: 1}); function boot(x) {} this.cello?.cmd.push(f)";
        let tokens = tokens(code, 0);
        let all: Vec<Call> = Call::all(&tokens).collect();
        let names: Vec<String> = all.iter().map(|call| call.path.join(".")).collect();
        assert_eq!(names, ["cello.boot", "this.cello.cmd.push"]);
    }
}
