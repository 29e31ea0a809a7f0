"""The addresses of lists."""

from django.urls import path

from qipan.web import addresses  # noqa: F401 - teaches addresses what a record's number is
from qipan.web.lists import many, taking, views
from qipan.web.lists import pages as reading

pages = [
    path("firms/", reading.firm_list, name="firms"),
    path("facts/<number:number>/", reading.fact, name="fact"),
    path("records/", reading.directory, name="lists"),
    path("records/<slug:code>/", reading.record_list, name="records"),
    path("records/<slug:code>/columns/", views.columns, name="list-columns"),
    path("records/<slug:code>/views/", views.keep, name="view-keep"),
    path("records/<slug:code>/export/", taking.export, name="list-export"),
    path("records/<slug:code>/many/change/", many.change_page, name="many-change"),
    path("records/<slug:code>/many/remove/", many.remove_page, name="many-remove"),
    path("records/<slug:code>/offered/<slug:column>/", reading.offered, name="list-offered"),
    path("lists/views/<number:number>/", views.change, name="view-change"),
    path("lists/jobs/<number:number>/", taking.job_page, name="list-job"),
    path("lists/jobs/<number:number>/cancel/", taking.cancel, name="list-job-cancel"),
    path("lists/jobs/<number:number>/file/", taking.job_file, name="list-job-file"),
]
