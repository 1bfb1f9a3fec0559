//! Pages, judged by another parser than the rewriter's, the one of a browser: what that one would load must
//! not be blocked.

use bolero::{TypeGenerator, check};
use html5ever::tendril::TendrilSink as _;
use html5ever::{ParseOpts, parse_document, tree_builder::TreeBuilderOpts};
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use url::Url;

use crate::html::{Grant, Served};
use crate::{css, is_blocked};

/// Pieces of pages, the odd ones more than the plain ones: `{U}` stands for a blocked address. Drawings and
/// formulas come whole: where one is closed in a wrong order, lol_html does not read as a browser does, and
/// the second wall alone holds. `base` is left out: the tree does not tell what came before it.
const PIECES: &[&str] = &[
    "<script src={U}></script>",
    "<script src='{U}'>",
    "</script>",
    "<script>",
    "<script>//<!--<script>",
    "<img src={U}>",
    "<img/src={U}>",
    "<img src=\"{U}\"",
    "<img src='{U}",
    "<img title='>' src={U}>",
    "<img a=\"'\" src={U} b='\"'>",
    "<img srcset=\"{U} 2x\">",
    "<iframe src={U}></iframe>",
    "<iframe>",
    "</iframe>",
    "<iframe srcdoc=\"<img src={U}>\"></iframe>",
    "<link rel=stylesheet href={U}>",
    "<link href={U} rel=preconnect>",
    "<link rel=\"x icon\" href={U}>",
    "<style>@import '{U}';</style>",
    "<style>",
    "</style>",
    "a{background:url({U})}",
    "<p style=\"background:url({U})\">",
    "<svg><image href={U} /></svg>",
    "<svg><style><img src={U}></style></svg>",
    "<svg><title><img src={U}></title></svg>",
    "<svg><style>a{background:url({U})}</style></svg>",
    "<svg><script href={U}></script></svg>",
    "<svg><foreignObject><img src={U}><style><img src={U}></style></foreignObject></svg>",
    "<svg><desc><iframe src={U}></iframe></desc></svg>",
    "<math><mtext><img src={U}></mtext></math>",
    "<math><annotation-xml encoding=\"text/html\"><img src={U}></annotation-xml></math>",
    "<math><mi><mglyph><style><img src={U}></style></mglyph></mi></math>",
    "<svg><math><mi><style><img src={U}></style></mi></math></svg>",
    "<math><svg><style><img src={U}></style></svg></math>",
    "<svg><svg><image href={U} /></svg><foreignObject><math><mi><img src={U}></mi></math></foreignObject></svg>",
    "<noscript>",
    "</noscript>",
    "<noscript><img src={U}></noscript>",
    "<noscript><p title=\"</noscript><img src={U}>\">",
    "<template>",
    "</template>",
    "<template><img src={U}></template>",
    "<textarea>",
    "</textarea>",
    "<title>",
    "</title>",
    "<xmp>",
    "</xmp>",
    "<noembed>",
    "</noembed>",
    "<noframes>",
    "</noframes>",
    "<plaintext>",
    "<select>",
    "<select><iframe src={U}>",
    "</select>",
    "<table>",
    "<table><img src={U}>",
    "<td background={U}>",
    "</table>",
    "<frameset>",
    "<frame src={U}>",
    "<object data={U}>",
    "<embed src={U}>",
    "<video poster={U}>",
    "<audio src={U}>",
    "<input type=image src={U}>",
    "<input src={U} type=IMAGE>",
    "<body background={U}>",
    "<body>",
    "</body>",
    "<head>",
    "</head>",
    "<html>",
    "<form>",
    "</form>",
    "<a ping={U} href=/>",
    "<meta http-equiv=refresh content='0;url={U}'>",
    "<!--",
    "-->",
    "--!>",
    "<!-->",
    "<![CDATA[",
    "]]>",
    "<?x ",
    "<!x ",
    "</",
    "<",
    ">",
    "\"",
    "'",
    "=",
    "/",
    " ",
    "\t",
    "\n",
    "\u{c}",
    "\0",
    "&amp;",
    "&#x2F;",
    "text",
    "é",
    "<p>",
    "</p>",
    "<div title=\"",
    "<div title='",
    "<x-y z=",
    "<style>/*",
    "*/",
    "<image src={U}>",
    "<IMG SRC={U}>",
    "<img\u{c}src\n=\t{U}>",
    "<img src=x src={U}>",
];

const ADDRESSES: &[&str] = &[
    "//a.blocked.example/x",
    "https://stats.example/x",
    "HTTPS:\\\\pixel.example/x",
    "https:&#47;/stats.example",
    "/\\pixel.example/",
];

/// A page as numbers: which pieces, and which addresses in them.
#[derive(Clone, Debug, TypeGenerator)]
struct Soup {
    pieces: Vec<(u8, u8)>,
    /// Where the page is cut.
    cut: u16,
}

impl Soup {
    fn page(&self) -> String {
        let mut page = "<!doctype html>".to_owned();
        for (piece, address) in self.pieces.iter().take(40) {
            let address = ADDRESSES[usize::from(*address) % ADDRESSES.len()];
            page += &PIECES[usize::from(*piece) % PIECES.len()].replace("{U}", address);
        }
        page
    }
}

#[test]
fn what_a_browser_would_load_from_a_rewritten_page_is_not_blocked() {
    check!().with_type::<Soup>().for_each(|soup| {
        let page = soup.page();
        let served = Served::document(Grant::None);
        // A page that cannot be read is not sent.
        let Ok(whole) = served.rewrite([page.as_bytes()]) else { return };
        let (head, tail) = page.as_bytes().split_at(usize::from(soup.cut) % (page.len() + 1));
        assert_eq!(whole, served.rewrite([head, tail]).unwrap(), "cut in\n{page}");
        let out = String::from_utf8(whole).unwrap();
        for scripting in [true, false] {
            let loaded = loaded(&out, scripting, 0);
            let blocked: Vec<&Url> = loaded.iter().filter(|url| is_blocked(url)).collect();
            assert!(blocked.is_empty(), "{blocked:?}, scripting {scripting}, from\n{page}\n--- as\n{out}");
        }
    });
}

/// Every address that a browser fetches for a page by its markup alone.
fn loaded(page: &str, scripting: bool, depth: u8) -> Vec<Url> {
    let mut found = Found { base: crate::page(), urls: Vec::new() };
    elements(page, scripting, &mut |node, name, text| found.element(node, name, text, depth));
    found.urls
}

/// Gives every element of a page as a browser builds it: itself, its name in lower case, and its own text.
pub(crate) fn elements(page: &str, scripting: bool, take: &mut dyn FnMut(&Handle, &str, &str)) {
    let tree_builder = TreeBuilderOpts { scripting_enabled: scripting, ..TreeBuilderOpts::default() };
    let options = ParseOpts { tree_builder, ..ParseOpts::default() };
    walk(&parse_document(RcDom::default(), options).one(page).document, take);
}

fn walk(node: &Handle, take: &mut dyn FnMut(&Handle, &str, &str)) {
    if let NodeData::Element { name, template_contents, .. } = &node.data {
        let text: String = node.children.borrow().iter().map(text_of).collect();
        take(node, &name.local.to_ascii_lowercase(), &text);
        if let Some(contents) = &*template_contents.borrow() {
            walk(contents, take);
        }
    }
    node.children.borrow().iter().for_each(|child| walk(child, take));
}

struct Found {
    base: Url,
    urls: Vec<Url>,
}

impl Found {
    fn element(&mut self, node: &Handle, name: &str, text: &str, depth: u8) {
        for attribute_name in loading_attributes(name) {
            if let Some(address) = attribute(node, attribute_name) {
                self.take(&address);
            }
        }
        for (attribute_name, separators) in [("srcset", ","), ("ping", " ")] {
            let list = attribute(node, attribute_name).unwrap_or_default();
            for candidate in
                list.split([' ', '\t', '\n', '\u{c}', '\r']).flat_map(|word| word.split(separators))
            {
                self.take(candidate);
            }
        }
        let style = if name == "style" { Some(text.to_owned()) } else { attribute(node, "style") };
        for url in css::loads(&css::tokens(&style.unwrap_or_default())) {
            self.take(url);
        }
        if let (Some(page), true) = (attribute(node, "srcdoc"), name == "iframe" && depth < 3) {
            self.urls.extend(loaded(&page, true, depth + 1));
        }
    }

    /// An empty address loads nothing.
    fn take(&mut self, address: &str) {
        if !address.trim().is_empty() {
            self.urls.extend(self.base.join(address));
        }
    }
}

fn loading_attributes(element: &str) -> &'static [&'static str] {
    match element {
        "script" | "img" | "iframe" | "frame" | "embed" | "audio" | "source" | "track" => &["src"],
        "video" => &["src", "poster"],
        "input" => &["src"],
        "object" => &["data"],
        "link" => &["href"],
        "body" | "table" | "td" | "th" | "tr" | "thead" | "tbody" | "tfoot" => &["background"],
        // In SVG, where `script` takes `href` as well.
        "image" | "use" | "feimage" => &["href", "xlink:href", "src"],
        _ => &[],
    }
}

pub(crate) fn attribute(node: &Handle, name: &str) -> Option<String> {
    let NodeData::Element { attrs, .. } = &node.data else { return None };
    let attrs = attrs.borrow();
    let found = attrs.iter().find(|attribute| {
        let local: &str = &attribute.name.local;
        match (&attribute.name.prefix, name.split_once(':')) {
            (Some(prefix), Some((wanted, rest))) => &**prefix == wanted && local == rest,
            _ => local.eq_ignore_ascii_case(name),
        }
    })?;
    Some(found.value.to_string())
}

fn text_of(node: &Handle) -> String {
    match &node.data {
        NodeData::Text { contents } => contents.borrow().to_string(),
        _ => String::new(),
    }
}
