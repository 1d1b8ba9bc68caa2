"""Digests, request and answer signatures: docs/protocol.md §3, written from RFC 9421 and 9530."""
import base64
import hashlib
import hmac

from common import KEY_ID, SECRET, b64, made_up

CREATED, EPOCH = 1763690000, 1763689990123
ALWAYS = ['"@method"', '"@authority"', '"@path"', '"@query"']
CONTENT = ['"content-type"', '"content-digest"']
BOUND = ['"@method";req', '"@path";req', '"@query";req']
JSON = "application/json"


def mac(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def content_digest(body):
    return f"sha-256=:{b64(hashlib.sha256(body).digest())}:"


def base(lines, parameters):
    return "".join(f"{name}: {value}\n" for name, value in lines) + (
        f'"@signature-params": {parameters}')


def split(target):
    path, mark, query = target.partition("?")
    return path, mark + query if mark else "?"


def request_message(method, authority, target, body):
    path, query = split(target)
    message = {'"@method"': method, '"@authority"': authority, '"@path"': path, '"@query"': query}
    if body is not None:
        message['"content-type"'] = JSON
        message['"content-digest"'] = content_digest(body)
    return message


def parameters_text(created=CREATED, nonce=f"{EPOCH}-1", keyid=KEY_ID, more=""):
    return f';created={created};nonce="{nonce}";keyid="{keyid}";tag="drawbridge-v1"{more}'


def signed_request(method, authority, target, body, *, secret=SECRET, components=None, label="sig1",
                   parameters=None, before="", after=""):
    """A good request as a vector. `before` and `after`: other members of both fields."""
    message = request_message(method, authority, target, body)
    components = components or ALWAYS + (CONTENT if body is not None else [])
    inner = f"({' '.join(components)})" + (parameters or parameters_text())
    text = base([(c, message[c]) for c in components], inner)
    value = f"{label}=:{b64(mac(secret, text))}:"
    other = "other=:AAAA:"
    return {
        "secret": secret.hex(), "method": method, "authority": authority, "target": target,
        "body": None if body is None else body.hex(),
        "content_type": "" if body is None else JSON,
        "content_digest": "" if body is None else content_digest(body),
        "signature_input": f"{before}{label}={inner}{after}",
        "signature": (f"{other}, " if before else "") + value + (f", {other}" if after else ""),
        "base": text,
    }


def good_requests():
    host, hello = "bans.example.org:8443", b'{"protocol":1}'
    poll = "/v1/bans?network=0&owner=0&wait=30"
    mixed = ['"content-digest"', '"@query"', '"@authority"', '"content-type"', '"@path"', '"@method"']
    foreign = 'other=("@method" "x-thing";key="a\\"b" "@query-param";name="q");created=1;tag="else"'
    plain = [
        signed_request("POST", host, "/v1/hello", hello),
        signed_request("POST", "bans.example.org", "/v1/events", b'{"events":[]}'),
        signed_request("GET", host, poll, None),
        signed_request("POST", host, "/v1/hello", b""),
        signed_request("POST", host, "/v1/hello", hello, secret=bytes(32)),
    ]
    varied = [
        signed_request("POST", host, "/v1/hello", hello, components=mixed, label="db"),
        signed_request("GET", host, poll, None, parameters=(
            f';tag="drawbridge-v1";keyid="{KEY_ID}";alg="hmac-sha256";nonce="0-7";expires={CREATED + 60}'
            f';created={CREATED}')),
        signed_request("POST", host, "/v1/hello", hello, before=f"{foreign}, "),
        signed_request("POST", host, "/v1/hello", hello, after=f",\t{foreign}"),
        signed_request("POST", host, "/v1/hello?", hello),
        signed_request("POST", host, "/v1/hello?a=%20b&c", hello, label="*a.b-c_1"),
        signed_request("POST", host, "/v1/hello", hello, parameters=parameters_text(
            keyid="nobody we know", nonce=f"{2**53 - 1}-{2**53 - 1}", created=0)),
    ]
    # What our own signer writes, in its order; it is to write exactly these.
    return [{**v, "ours": True} for v in plain] + [{**v, "ours": False} for v in varied]


def altered(request, note, **changes):
    return {**request, **changes, "note": note}


def wrong_requests():
    """Well-formed, and not what was signed."""
    good = signed_request("POST", "bans.example.org:8443", "/v1/hello", b'{"protocol":1}')
    flipped = base64.b64decode(good["signature"].split(":")[1])
    flipped = bytes([flipped[0] ^ 1]) + flipped[1:]
    later = good["signature_input"].replace(str(CREATED), str(CREATED + 1))
    return [
        altered(good, "another method", method="PUT"),
        altered(good, "another host", authority="bans.example.net:8443"),
        altered(good, "another port", authority="bans.example.org"),
        altered(good, "another path", target="/v1/events"),
        altered(good, "a query added", target="/v1/hello?x"),
        altered(good, "another type", content_type="text/plain"),
        altered(good, "another digest", content_digest=content_digest(b"{}")),
        altered(good, "another key", secret=made_up("another secret").hex()),
        altered(good, "another time", signature_input=later),
        altered(good, "another nonce", signature_input=good["signature_input"].replace("-1\"", "-2\"")),
        altered(good, "a parameter added", signature_input=good["signature_input"] + f";expires={2**40}"),
        altered(good, "another order", signature_input=good["signature_input"].replace(
            '"@path" "@query"', '"@query" "@path"')),
        altered(good, "a bit of the MAC", signature=f"sig1=:{b64(flipped)}:"),
    ]


def bad_inputs():
    """(note, Signature-Input, Signature, has a body, the problem's code)."""
    get, post = " ".join(ALWAYS), " ".join(ALWAYS + CONTENT)
    params, value = parameters_text(), f"sig1=:{b64(bytes(range(32)))}:"
    malformed, missing = "malformed_signature", "unauthorized"
    def with_(components=get, parameters=params):
        return f"sig1=({components}){parameters}"
    def swap(old, new):
        return with_(parameters=params.replace(old, new))
    component = [
        ("no @method", with_(get.replace('"@method" ', ""))),
        ("no @query", with_(get.replace(' "@query"', ""))),
        ("no components", with_("")),
        ("@path twice", with_(get + ' "@path"')),
        ("an unknown component", with_(get + ' "date"')),
        ("@target-uri", with_(get.replace('"@path"', '"@target-uri"'))),
        ("a component with a parameter", with_(get.replace('"@path"', '"@path";req'))),
        ("@signature-params covered", with_(get + ' "@signature-params"')),
        ("upper case", with_(get.replace("@path", "@Path"))),
        ("content without a body", with_(post)),
        ("a token as component", with_(get.replace('"@path"', "path"))),
        ("escaped name", with_(get.replace('"@path"', '"@pa\\\\th"'))),
    ]
    parameter = [
        ("no created", swap(f";created={CREATED}", "")), ("no keyid", swap(f';keyid="{KEY_ID}"', "")),
        ("no nonce", swap(f';nonce="{EPOCH}-1"', "")),
        ("created is text", swap(f"={CREATED}", f'="{CREATED}"')),
        ("created is negative", swap(f"={CREATED}", f"=-{CREATED}")),
        ("created has a zero in front", swap(f"={CREATED}", f"=0{CREATED}")),
        ("created is decimal", swap(f"={CREATED}", f"={CREATED}.0")),
        ("created is too long", swap(f"={CREATED}", "=1234567890123456")),
        ("created twice", with_(parameters=params + f";created={CREATED}")),
        ("keyid is a token", swap(f'"{KEY_ID}"', "key")),
        ("keyid with an escape", swap(f'"{KEY_ID}"', '"a\\"b"')),
        ("alg of another kind", with_(parameters=params + ';alg="hmac-sha512"')),
        ("alg is a token", with_(parameters=params + ";alg=hmac-sha256")),
        ("expires is text", with_(parameters=params + ';expires="1"')),
        ("expires without a value", with_(parameters=params + ";expires")),
        ("an unknown parameter", with_(parameters=params + ";x=1")),
        ("an upper-case parameter", swap(";created", ";Created")),
    ]
    nonce = [(f"nonce {n!r}", swap(f'"{EPOCH}-1"', f'"{n}"')) for n in (
        "", "-", "1", "1-", "-1", "1-0", "01-1", "1-01", "1--1", "1-1-1", "1 -1", "+1-1", "1-1 ",
        f"{2**53}-1", f"1-{2**53}", "0x1-1", "a-1")]
    syntax = [
        ("two spaces", with_(get.replace(" ", "  ", 1))), ("a tab", with_(get.replace(" ", "\t", 1))),
        ("a space after (", with_(" " + get)), ("a space before )", with_(get + " ")),
        ("a space before ;", with_(parameters=params.replace(";", " ;", 1))),
        ("a space after ;", with_(parameters=params.replace(";", "; ", 1))),
        ("a space around =", swap("created=", "created =")),
        ("no closing )", f"sig1=({get}{params}"), ("no =", f"sig1({get}){params}"),
        ("not a list", f"sig1=1{params}"), ("no label", f"=({get}){params}"),
        ("an upper-case label", f"Sig1=({get}){params}"), ("a comma at the end", with_() + ","),
        ("a comma in front", "," + with_()), ("rubbish behind", with_() + " x"),
        ("an open string", with_()[:-1]), ("no space between", with_(get.replace(" ", "", 1))),
        ("a label twice", with_() + ", " + with_(parameters=params.replace("drawbridge", "x"))),
        ("not ASCII", swap(KEY_ID, "schlüssel")), ("a control character", swap(KEY_ID, "a\x01b")),
        ("two of ours", with_() + f", sig2=({get}){params}"),
        ("nine signatures", ", ".join(f"s{i}=({get});tag=\"x\"" for i in range(8)) + ", " + with_()),
        ("a long label", f"{'a' * 65}=({get}){params}"),
    ]
    values = [(f"signature {v!r}", with_(), v, False, malformed) for v in (
        "", "sig1", "sig1=", "sig1=::", "sig1=AAAA", f"sig2{value[4:]}", value[:-1], value + ",",
        value + f", {value}", value.replace(":", "", 1), "sig1=:AAAA:",
        f"sig1=:{b64(bytes(33))}:", f"sig1=:{b64(bytes(31))}:",
        value.replace("=:", "=: ", 1), value.rstrip("=:") + ":", value.replace("Hh8=", "Hh9="),
        "sig1=:" + "_" * 42 + "8=:", value + ";x=1", '"sig1"',
        f"sig1 {value[4:]}", "sig1=:" + "=" * 44 + ":")]
    return [*[(n, i, value, False, malformed) for n, i in component + parameter + nonce + syntax],
            ("content not covered", with_(), value, True, malformed),
            ("only the digest", with_(post.replace('"content-type" ', "")), value, True, malformed),
            *values,
            ("no field", "", "", False, missing),
            ("no Signature-Input", "", value, False, missing),
            ("another tag", swap("drawbridge-v1", "drawbridge-v2"), value, False, missing),
            ("tag is a token", swap('"drawbridge-v1"', "drawbridge-v1"), value, False, missing),
            ("no tag", swap(';tag="drawbridge-v1"', ""), value, False, missing)]


def signed_answer(request, status, content_type, body, *, secret=SECRET, label="sig1",
                  created=CREATED + 1, keyid=KEY_ID, components=None, parameters=None):
    path, query = split(request["target"])
    request_mac = request["signature"].split("=", 1)[1]
    bound = f'"signature";req;key="{label}"'
    values = {
        '"@status"': str(status), '"content-type"': content_type,
        '"content-digest"': content_digest(body), '"@method";req': request["method"],
        '"@path";req': path, '"@query";req': query, bound: request_mac,
    }
    if components is None:
        components = ['"@status"', *(CONTENT if body else []), *BOUND, bound]
    parameters = parameters or f';created={created};keyid="{keyid}";tag="drawbridge-v1"'
    inner = f"({' '.join(components)}){parameters}"
    text = base([(c, values.get(c, "?")) for c in components], inner)
    return {
        "secret": secret.hex(), "key_id": KEY_ID, "method": request["method"],
        "target": request["target"], "label": label, "mac": base64.b64decode(request_mac).hex(),
        "status": status, "content_type": content_type if body else "",
        "content_digest": content_digest(body) if body else "", "body": body.hex(),
        "signature_input": f"sig1={inner}", "signature": f"sig1=:{b64(mac(secret, text))}:",
        "created": created,
    }


def answers():
    request = signed_request("POST", "bans.example.org:8443", "/v1/hello", b'{"protocol":1}')
    poll = signed_request("GET", "bans.example.org:8443", "/v1/bans?network=0&owner=0&wait=0", None)
    problem = "application/problem+json"
    body = b'{"boot_id":"91e1a2b3c4d5e6f7","server_time":1763690001000}'
    good = signed_answer(request, 200, JSON, body)
    bound = f'"signature";req;key="sig1"'
    full = ['"@status"', *CONTENT, *BOUND, bound]
    usual = f';created={CREATED};keyid="{KEY_ID}";tag="drawbridge-v1"'
    def remade(note, components=None, parameters=None):
        made = signed_answer(request, 200, JSON, body, components=components, parameters=parameters)
        return altered(made, note)
    bad = [
        altered(good, "another status", status=500), altered(good, "another type", content_type=problem),
        altered(good, "another body", body=b"{}".hex()), altered(good, "no body", body=""),
        altered(good, "a body and its digest", body=b"{}".hex(), content_digest=content_digest(b"{}")),
        altered(good, "digest taken away", content_digest=""),
        altered(good, "body and digest taken away", content_digest="", content_type="", body=""),
        altered(good, "another method", method="GET"), altered(good, "another path", target="/v1/x"),
        altered(good, "another query", target="/v1/hello?x"),
        altered(good, "another request", mac=made_up("mac").hex()),
        altered(good, "another label", label="sig2"),
        altered(good, "another key", secret=made_up("another secret").hex()),
        altered(good, "another key id", key_id=KEY_ID[:-1] + "2"),
        altered(good, "not signed", signature_input="", signature=""),
        altered(good, "no Signature", signature=""), altered(good, "no Signature-Input", signature_input=""),
        altered(good, "another time", signature_input=good["signature_input"].replace(
            str(CREATED + 1), str(CREATED + 2))),
        altered(signed_answer(poll, 204, "", b""), "a body added", body=b"x".hex()),
        altered(signed_answer(poll, 204, "", b""), "a body and digest added", body=b"x".hex(),
                content_digest=content_digest(b"x"), content_type=JSON),
        remade("not bound to the request", ['"@status"', *CONTENT]),
        remade("not bound to the signature", full[:-1]), remade("no status", full[1:]),
        remade("another order", full[1:] + full[:1]), remade("one more", full + ['"date"']),
        remade("one twice", full + ['"@status"']),
        remade("no content-type", [full[0], *full[2:]]),
        remade("another tag", parameters=usual.replace("-v1", "-v2")),
        remade("no created", parameters=usual.replace(f";created={CREATED}", "")),
        remade("no key id", parameters=usual.replace(f';keyid="{KEY_ID}"', "")),
        remade("an unknown parameter", parameters=usual + ";x=1"),
        remade("another algorithm", parameters=usual + ';alg="ed25519"'),
    ]
    return {
        "good": [good, signed_answer(poll, 204, "", b""), signed_answer(request, 409, problem, body),
                 signed_answer(poll, 200, "application/vnd.drawbridge.banlist", bytes(range(256))),
                 signed_answer(request, 200, JSON, body, label="sig1", secret=SECRET, created=0),
                 signed_answer({**request, "signature": "db" + request["signature"][4:]}, 200, JSON,
                               body, label="db")],
        "bad": bad,
    }


def requests():
    return {"good": good_requests(), "wrong": wrong_requests(), "malformed": [
        dict(zip(("note", "signature_input", "signature", "has_body", "code"), row))
        for row in bad_inputs()]}


def bases():
    """RFC 9421, B.2.5: the base and the MAC printed there."""
    key = base64.b64decode("uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlT"
                           "MtDQ==")
    inner = '("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret"'
    lines = [('"date"', "Tue, 20 Apr 2021 02:07:55 GMT"), ('"@authority"', "example.com"),
             ('"content-type"', "application/json")]
    printed = "pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8="
    assert b64(mac(key, base(lines, inner))) == printed
    return [{"key": key.hex(), "lines": [list(line) for line in lines], "parameters": inner,
             "base": base(lines, inner), "mac": printed}]


def digests():
    """RFC 9530 Appendix B prints the first; RFC 9421 B.2 the second without its line feed."""
    world = b'{"hello": "world"}'
    assert content_digest(world + b"\n") == "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:"
    assert content_digest(world) == "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:"
    ours = content_digest(world)
    sha512 = f"sha-512=:{b64(hashlib.sha512(world).digest())}:"
    good = [(content_digest(b), b) for b in (world + b"\n", world, b"", bytes(range(256)))]
    good += [(f"{sha512}, {ours}", world), (f"{ours},{sha512}", world), (f"{ours} , x=:AA==:", world)]
    bad = ["", sha512, ours[:-1], ours[:-2] + ":", ours + ",", f"{ours}, {ours}", ours.upper(),
           ours.replace("=:", "=", 1), ours.replace("sha-256", "sha-512"), ours + ";q=1", " " + ours,
           "sha-256=:AAAA:", "sha-256=::", 'sha-256="' + ours[9:-1] + '"', ours.replace("PE=", "PF="),
           ours.replace("/", "_") if "/" in ours else ours.replace("X", "_"), f"sha-256={ours[8:]} x",
           ours + ", x", "sha-256=:" + b64(bytes(33)) + ":", "sha-256"]
    return {"good": [{"field": f, "body": b.hex()} for f, b in good], "bad": bad,
            "different": [{"field": content_digest(b"{}"), "body": world.hex()}]}


def authorities():
    good = [("bans.example.org", "bans.example.org"), ("Bans.Example.ORG:443", "bans.example.org"),
            ("bans.example.org:8443", "bans.example.org:8443"), ("192.0.2.7:1", "192.0.2.7:1"),
            ("[2001:DB8::7]:443", "[2001:db8::7]"), ("[::1]:65535", "[::1]:65535"), ("a_b", "a_b")]
    bad = ["", ":443", "a:", "a:0", "a:0443", "a:65536", "a:b", "a b", "a/b", "a@b", "a:1:2", "[::1",
           "::1", "[]", "[::1]x", "[g::]", "a,b", "é", "a\n", "a" * 262]
    return {"good": [{"host": h, "authority": a} for h, a in good], "bad": bad}
