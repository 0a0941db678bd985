"""A form with every kind of question, and answers to it."""

import datetime as dt
from decimal import Decimal

from qm.core.forms.answers import Answer, Evidence

FORM = """\
form: {channel}
version: {version}
channel: {channel}
title: {{en: Every kind, fa: همه گونه}}
scoring: weighted-questions
pass_percent: 60
places: 2
bands:
  - {{id: weak, label: {{en: Weak, fa: ضعیف}}, from_percent: 0}}
  - {{id: good, label: {{en: Good, fa: خوب}}, from_percent: 60}}
header:
  - {{id: spoken-on, type: date, text: {{en: Day, fa: روز}}, required: true}}
  - id: caller
    text: {{en: Caller, fa: تماس‌گیرنده}}
    default: known
    options:
      - {{id: known, label: {{en: Known, fa: آشنا}}}}
      - {{id: new, label: {{en: New, fa: تازه}}}}
sections:
  - id: talk
    title: {{en: Talk, fa: گفت‌وگو}}
    weight: 17.13
    questions:
      - {{id: note, type: information, text: {{en: Listen first., fa: نخست گوش کنید.}}}}
      - id: greeting
        text: {{en: Greets?, fa: سلام؟}}
        weight: 0.0707
        critical: customer
        reasons:
          - {{id: haste, label: {{en: Haste, fa: شتاب}}}}
        options:
          - {{id: "yes", label: {{en: "Yes", fa: بله}}, points: 1}}
          - {{id: "no", label: {{en: "No", fa: خیر}}, points: 0, requires: [comment, reason]}}
      - id: steps
        type: choices
        text: {{en: Which steps?, fa: کدام گام‌ها؟}}
        weight: 13.37
        most: 3
        options:
          - {{id: name, label: {{en: Name, fa: نام}}, points: 2}}
          - {{id: order, label: {{en: Order, fa: سفارش}}, points: 2}}
      - id: waits
        type: number
        text: {{en: Seconds waited, fa: ثانیه‌های انتظار}}
        at_least: 0
        at_most: 600
        decimals: 1
        weight: 19.19
        ranges:
          - {{at_least: 0, at_most: 60, points: 5}}
          - {{at_least: 60.1, at_most: 600, points: 1, requires: [evidence]}}
      - id: warmth
        type: scale
        text: {{en: Warmth, fa: گرمی}}
        lowest: 1
        highest: 5
        weight: 7.77
      - {{id: remark, type: text, text: {{en: Remark, fa: یادداشت}}}}
      - {{id: call-back, type: date, text: {{en: Call back, fa: تماس دوباره}}}}
      - id: why
        type: text
        text: {{en: Why not?, fa: چرا نه؟}}
        required: true
        when: {{question: greeting, answered: ["no"]}}
  - id: extras
    title: {{en: Extras, fa: افزوده‌ها}}
    weight: 5
    when: {{all: [{{interaction: queue, is: [sales]}}, {{interaction: talk_s, at_least: 60}}]}}
    sections:
      - id: sale
        title: {{en: Sale, fa: فروش}}
        not_applicable: true
        questions:
          - id: offered
            text: {{en: Offered?, fa: پیشنهاد داد؟}}
            options:
              - {{id: "yes", label: {{en: "Yes", fa: بله}}, points: 3}}
              - {{id: "no", label: {{en: "No", fa: خیر}}, points: 0}}
          - id: priced
            text: {{en: Priced?, fa: قیمت گفت؟}}
            options:
              - {{id: "yes", label: {{en: "Yes", fa: بله}}, points: 7}}
              - {{id: "no", label: {{en: "No", fa: خیر}}, points: 0, fatal: true}}
"""

ANSWERS = {
    "spoken-on": Answer(date=dt.date(2026, 10, 25)),
    "caller": Answer(option="new", comment="Says so."),
    "greeting": Answer(option="no", comment="Starts at once.", reasons=("haste",)),
    "steps": Answer(options=("order", "name")),
    "waits": Answer(number=Decimal("60.5"), evidence=(Evidence(segment=1, quote="One moment"),)),
    "warmth": Answer(number=Decimal(2), outside_control=True, comment="A bad line."),
    "remark": Answer(text="n/a"),
    "why": Answer(text="No time,\nthey said: «ببخشید»"),
    "offered": Answer(option="no"),
    "priced": Answer(option="yes"),
    "call-back": Answer(comment="None agreed."),
}
