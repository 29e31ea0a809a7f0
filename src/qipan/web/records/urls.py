"""The addresses of records of any noun, and of notices."""

from django.urls import path

from qipan.web import addresses  # noqa: F401 - teaches addresses what a record's number is
from qipan.web.records import attached, forms, notices
from qipan.web.records import pages as reading

pages = [
    path("records/<slug:code>/new/", forms.new, name="record-new"),
    path("records/<slug:code>/check/<slug:column>/", forms.check, name="record-check"),
    path("records/<slug:code>/offer/<slug:column>/", forms.offer, name="record-offer"),
    path("records/<slug:code>/<number:number>/", reading.record, name="record"),
    path("records/<slug:code>/<number:number>/edit/", forms.edit, name="record-edit"),
    path("records/<slug:code>/<number:number>/remove/", forms.remove, name="record-remove"),
    path("records/<slug:code>/<number:number>/history/", reading.happenings, name="record-history"),
    path("records/<slug:code>/<number:number>/watch/", reading.watch, name="record-watch"),
    path("records/<slug:code>/<number:number>/unmask/", reading.unmask, name="record-unmask"),
    path("records/<slug:code>/<number:number>/notes/", attached.write_note, name="record-note"),
    path("records/<slug:code>/<number:number>/notes/<number:note>/", attached.remove_note, name="record-note-gone"),
    path("records/<slug:code>/<number:number>/people/", attached.people, name="record-people"),
    path("records/<slug:code>/<number:number>/files/", attached.attach, name="record-files"),
    path("records/<slug:code>/<number:number>/files/<number:attachment>/", attached.file, name="record-file"),
    path(
        "records/<slug:code>/<number:number>/files/<number:attachment>/remove/",
        attached.remove_file,
        name="record-file-gone",
    ),
    path("notices/", notices.notices, name="notices"),
    path("notices/read/", notices.read, name="notices-read"),
]
