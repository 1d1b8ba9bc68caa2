"""The worked example of docs/protocol.md §14: one hello and its answer, a tag, one ban list."""
import json

import lists
import names
import sealing
import signing
from common import KEY_ID, OWNER, SECRET, SERVER, TAG_KEY, b64url, made_up, printed_secret

BEGIN = "<!-- Written by tests/vectors/generate.py: -->\n"
END = "<!-- end of what generate.py wrote -->\n"
HOST = "bans.example.org:8443"


def compact(value):
    return json.dumps(value, separators=(",", ":")).encode()


def hello():
    body = compact({"protocol": 1, "resource_version": "0.1.0", "tag_schemes": [1]})
    return signing.signed_request("POST", HOST, "/v1/hello", body)


def hello_answer(request):
    sealed = sealing.sealed_tag_key(SECRET, SERVER, 1, TAG_KEY, made_up("example nonce", 24))
    body = compact({
        "boot_id": "91e1a2b3c4d5e6f7", "server_time": signing.CREATED * 1000 + 412,
        "server": {"id": SERVER, "name": "Los Santos One", "owner_id": OWNER, "mode": "review"},
        "tag_scheme": 1, "tag_key": {"version": 1, "sealed": b64url(sealed)},
        "lists": {"network": f"{lists.LINEAGE:016x}-2", "owner": "0000000000000001-1"},
        "limits": {"events_per_request": 500, "body_bytes": 1048576, "poll_seconds": 30}})
    return signing.signed_answer(request, 200, signing.JSON, body, created=signing.CREATED)


def answer_base(answer):
    path, query = signing.split(answer["target"])
    request_mac = signing.b64(bytes.fromhex(answer["mac"]))
    values = ['"@status": 200', f'"content-type": {answer["content_type"]}',
              f'"content-digest": {answer["content_digest"]}', f'"@method";req: {answer["method"]}',
              f'"@path";req: {path}', f'"@query";req: {query}',
              f'"signature";req;key="sig1": :{request_mac}:']
    inner = answer["signature_input"].split("=", 1)[1]
    return "\n".join([*values, f'"@signature-params": {inner}'])


def ban_list():
    """A snapshot with the tag of the license below, and a delta that lifts that ban."""
    tag = names.tag(TAG_KEY, b"license", names.LICENSE.encode())
    entry = lists.add(0x123456789A, tag[:8])
    live = lists.apply({}, [entry])
    removal = [lists.remove(entry[2], entry[3])]
    return tag, lists.snapshot(live, to=1), lists.section(removal, {}, from_=1, to=2)


def example():
    request = hello()
    answer = hello_answer(request)
    tag, snapshot, delta = ban_list()
    return {
        "secret": printed_secret(SECRET), "server_id": SERVER, "key_id": KEY_ID,
        "tag_key": TAG_KEY.hex(), "request": request, "answer": answer,
        "answer_base": answer_base(answer), "identifier": f"license:{names.LICENSE}",
        "tag": b64url(tag), "ban_number": 0x123456789A, "ban_code": lists.ban_code(0x123456789A),
        "ban_list_body": (snapshot + delta).hex(),
    }


def fields(signed, names_):
    return "".join(f"{name}: {signed[name.replace('-', '_')]}\n" for name in names_)



def ban_list_text(body):
    """The bytes, a line for each header, entry and trailer."""
    lines, at = [], 0
    while at < len(body):
        count = int.from_bytes(body[at + 32:at + 36], "little")
        for size in [36] + [20] * count + [24]:
            lines.append(body[at:at + size].hex())
            at += size
    return "\n".join(lines)


def text():
    e = example()
    request, answer = e["request"], e["answer"]
    names_ = ["content-type", "content-digest", "signature-input", "signature"]
    request_body, answer_body = (bytes.fromhex(part["body"]).decode() for part in (request, answer))
    return f"""
The secret is `{e["secret"]}`, of server `{e["server_id"]}`. Its `hello`:

```http
POST /v1/hello HTTP/1.1
host: {HOST}
content-length: {len(request_body)}
{fields(request, names_)}
{request_body}
```

What was signed (no line feed at the end):

```text
{request["base"]}
```

The answer:

```http
HTTP/1.1 200 OK
content-length: {len(answer_body)}
{fields(answer, names_)}
{answer_body}
```

What was signed:

```text
{e["answer_base"]}
```

Opened, the tag key is `{e["tag_key"]}` in hex. With it, the tag of
`{e["identifier"]}` is `{e["tag"]}`. A body of
`/v1/bans` with a snapshot in which ban `{e["ban_code"]}` (number {e["ban_number"]:#x}) holds that tag for
ever, and a delta that lifts it; a line for each header, entry and trailer:

```text
{ban_list_text(bytes.fromhex(e["ban_list_body"]))}
```
"""


def in_document(document):
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    assert begin and end, "docs/protocol.md has lost the marks of its worked example"
    return before + begin + text() + end + after
