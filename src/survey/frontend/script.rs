//! A TypeScript or JavaScript file as a syntax tree, read by tree-sitter's grammars.
//!
//! `.ts` has type assertions `<T>x`, which `.tsx` reads as elements, so each has its grammar. A file with an error in
//! it is read as far as it goes, but never edited.

use tree_sitter::{Node, Parser, Tree};

use super::component::{block, is_component, masked};
use crate::target::SourceText;

/// A parsed script.
pub struct Script<'a> {
    /// The file.
    pub file: &'a SourceText,
    /// True for TypeScript.
    pub typescript: bool,
    /// The script within the file: all of it but in a component.
    bytes: std::ops::Range<usize>,
    tree: Tree,
}

impl<'a> Script<'a> {
    /// Parses a file, or the script of a component.
    pub fn read(file: &'a SourceText) -> Option<Self> {
        let ends = |endings: &[&str]| endings.iter().any(|ending| file.path.ends_with(ending));
        let block = if is_component(&file.path) { Some(block(file)?) } else { None };
        let bytes = block.as_ref().map_or(0..file.text.len(), |block| block.bytes.clone());
        let elements = block.as_ref().map_or(!ends(&[".ts", ".mts", ".cts"]), |block| block.elements);
        let typescript = block.as_ref().map_or(ends(&[".ts", ".tsx"]), |block| block.typescript);
        let language = match elements {
            false => tree_sitter_typescript::LANGUAGE_TYPESCRIPT,
            true => tree_sitter_typescript::LANGUAGE_TSX,
        };
        let mut parser = Parser::new();
        parser.set_language(&language.into()).ok()?;
        let tree = match block {
            Some(_) => parser.parse(masked(&file.text, &bytes), None)?,
            None => parser.parse(&file.text, None)?,
        };
        Some(Self { file, typescript, bytes, tree })
    }

    /// The script as it is written, without what a component has around it.
    pub fn written(&self) -> &'a str {
        self.file.text.get(self.bytes.clone()).unwrap_or_default()
    }

    /// True if all of it was understood.
    pub fn is_whole(&self) -> bool {
        !self.tree.root_node().has_error()
    }

    /// All nodes of a kind, in order.
    pub fn all(&self, kind: &str) -> Vec<Node<'_>> {
        within(self.tree.root_node(), kind)
    }

    /// Source of a node.
    pub fn text(&self, node: Node<'_>) -> &'a str {
        self.file.text.get(node.byte_range()).unwrap_or_default()
    }

    /// Source of a node's field.
    pub fn field(&self, node: Node<'_>, name: &str) -> &'a str {
        node.child_by_field_name(name).map_or("", |child| self.text(child))
    }

    /// End of the last import, if there is one.
    pub fn after_imports(&self) -> Option<usize> {
        self.imports().last().map(|import| import.end)
    }

    /// Start of the last import, if there is one.
    pub fn last_import(&self) -> Option<usize> {
        self.imports().last().map(|import| import.start)
    }

    fn imports(&self) -> Vec<std::ops::Range<usize>> {
        let root = self.tree.root_node();
        let mut cursor = root.walk();
        let imports = root.children(&mut cursor).filter(|node| node.kind() == "import_statement");
        imports.map(|node| node.byte_range()).collect()
    }

    /// Where a name is imported from.
    pub fn import_of(&self, name: &str) -> Option<&'a str> {
        let import = self.all("import_statement").into_iter().find(|import| {
            let clause = within(*import, "identifier");
            clause.into_iter().any(|identifier| self.text(identifier) == name)
        })?;
        Some(self.field(import, "source").trim_matches(['"', '\'']))
    }

    /// The declaration of a name at the top of the file, and whether it is exported.
    pub fn top_level(&self, name: &str) -> Option<(Node<'_>, bool)> {
        let root = self.tree.root_node();
        let mut cursor = root.walk();
        let declared = root.named_children(&mut cursor).find_map(|statement| {
            let declaration = statement.child_by_field_name("declaration").unwrap_or(statement);
            let mut cursor = declaration.walk();
            let mut declared = declaration.named_children(&mut cursor);
            declared.find(|node| node.kind() == "variable_declarator" && self.field(*node, "name") == name)
        })?;
        Some((declared, statement(declared)?.kind() == "export_statement"))
    }
}

/// All nodes of a kind below a node, itself included, in order. Walks without recursion: trees can be deep.
pub fn within<'t>(node: Node<'t>, kind: &str) -> Vec<Node<'t>> {
    let mut found = Vec::new();
    let mut todo = vec![node];
    while let Some(node) = todo.pop() {
        if node.kind() == kind {
            found.push(node);
        }
        let mut cursor = node.walk();
        let children: Vec<Node<'t>> = node.children(&mut cursor).collect();
        todo.extend(children.into_iter().rev());
    }
    found
}

/// The statement that a declarator belongs to: the `export` around its declaration, or that.
pub fn statement(declarator: Node<'_>) -> Option<Node<'_>> {
    let declaration = declarator.parent()?;
    match declaration.parent() {
        Some(export) if export.kind() == "export_statement" => Some(export),
        _ => Some(declaration),
    }
}

/// The innermost function around a node.
pub fn function_around(node: Node<'_>) -> Option<Node<'_>> {
    let mut at = node.parent();
    while let Some(node) = at {
        let kinds = ["function_declaration", "arrow_function", "function_expression", "method_definition"];
        if kinds.contains(&node.kind()) {
            return Some(node);
        }
        at = node.parent();
    }
    None
}

/// The arguments of a call.
pub fn arguments(call: Node<'_>) -> Vec<Node<'_>> {
    let Some(list) = call.child_by_field_name("arguments") else {
        return Vec::new();
    };
    let mut cursor = list.walk();
    list.named_children(&mut cursor).filter(|node| node.kind() != "comment").collect()
}
