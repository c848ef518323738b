# ruff: noqa: T201, D - a program as merchants write them
"""A shop, as its programmers wrote it for production: it knows WeChat Pay and nothing else.

    python shop.py MERCHANT_FOLDER

asks for a payment, waits for the notification, gives a part back, and closes what nobody paid.
"""

from __future__ import annotations

import json
import queue
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from wechatpayv3 import WeChatPay, WeChatPayType

HELD = Path(sys.argv[1])
ABOUT = json.loads((HELD / "merchant.json").read_text("utf-8"))
TOLD: queue.Queue[dict] = queue.Queue()


class Notified(BaseHTTPRequestHandler):
    def do_POST(self):
        told = WX.callback(self.headers, self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200 if told else 401)
        self.end_headers()
        if told:
            TOLD.put(told)

    def log_message(self, *what):
        pass


def answer(got, status=200):
    code, text = got
    if code != status:
        sys.exit(f"{code}: {text}")
    return json.loads(text) if text else {}


SERVER = HTTPServer(("127.0.0.1", 0), Notified)
threading.Thread(target=SERVER.serve_forever, args=(0.01,), daemon=True).start()
PUBLIC = {}
if ABOUT["key_mode"] != "cert":
    PUBLIC = {
        "public_key": (HELD / "pub_key.pem").read_text("utf-8"),
        "public_key_id": ABOUT["public_key_id"],
    }
WX = WeChatPay(
    wechatpay_type=WeChatPayType.NATIVE,
    mchid=ABOUT["mchid"],
    private_key=(HELD / "apiclient_key.pem").read_text("utf-8"),
    cert_serial_no=ABOUT["merchant_serial"],
    apiv3_key=ABOUT["apiv3_key"],
    appid=ABOUT["appid"],
    notify_url=f"http://127.0.0.1:{SERVER.server_port}/notify",
    **PUBLIC,
)

NUMBER = f"shop_{SERVER.server_port}_{ABOUT['mchid']}"
MADE = answer(WX.pay(description="两杯茶", out_trade_no=NUMBER, amount={"total": 900}))
print("pay:", MADE["code_url"], flush=True)
PAID = TOLD.get(timeout=30)["resource"]
print("paid:", PAID["out_trade_no"] == NUMBER, PAID["amount"]["payer_total"])
print("query:", answer(WX.query(transaction_id=PAID["transaction_id"]))["trade_state"])
AMOUNT = {"refund": 450, "total": 900, "currency": "CNY"}
BACK = answer(WX.refund(out_refund_no=f"{NUMBER}_1", out_trade_no=NUMBER, amount=AMOUNT))
print("refund:", BACK["status"])
print("refunded:", TOLD.get(timeout=30)["resource"]["refund_status"])
print("query:", answer(WX.query(out_trade_no=NUMBER))["trade_state"])
answer(WX.pay(description="无人", out_trade_no=f"{NUMBER}_2", amount={"total": 1}))
answer(WX.close(f"{NUMBER}_2"), 204)
print("closed:", answer(WX.query(out_trade_no=f"{NUMBER}_2"))["trade_state"])
SERVER.shutdown()
SERVER.server_close()
