"""The addresses of the import wizard."""

from django.urls import path

from qipan.web import addresses  # noqa: F401 - teaches addresses what a record's number is
from qipan.web.wizard import columns, drop, firms, forms, frame, preview, problems, sheets

pages = [
    path("load/", drop.start, name="load"),
    path("load/new/", drop.begin, name="load-new"),
    path("load/templates/", forms.templates, name="load-templates"),
    path("load/templates/<str:code>/", forms.template, name="load-template"),
    path("load/remembered/", forms.remembered, name="load-remembered"),
    path("load/<number:number>/", drop.draft, name="load-draft"),
    path("load/<number:number>/files/", drop.add_file, name="load-files"),
    path("load/<number:number>/read/", drop.read, name="load-read"),
    path("load/<number:number>/stop/", drop.stop, name="load-stop"),
    path("load/<number:number>/discard/", drop.discard, name="load-discard"),
    path("load/<number:number>/progress/", frame.progress, name="load-progress"),
    path("load/<number:number>/sheets/", sheets.sheets, name="load-sheets"),
    path("load/<number:number>/columns/", columns.columns, name="load-columns"),
    path("load/<number:number>/problems/", problems.problems, name="load-problems"),
    path("load/<number:number>/copy/<number:file>/", problems.copy, name="load-copy"),
    path("load/<number:number>/firms/", firms.firms, name="load-firms"),
    path("load/<number:number>/preview/", preview.preview, name="load-preview"),
    path("load/<number:number>/commit/", preview.commit, name="load-commit"),
    path("load/<number:number>/result/", preview.result, name="load-result"),
]
