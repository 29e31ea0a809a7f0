"""The addresses of boards, of wall screens and of the map."""

from django.urls import path

from qipan.web import (
    addresses,  # noqa: F401 - teaches addresses what a record's number is
    board_editor,
    board_exports,
    board_pages,
    map_pages,
    wall_pages,
)

pages = [
    path("boards/", board_pages.board_list, name="boards"),
    path("boards/new/", board_pages.new, name="board-new"),
    path("boards/preview/", board_editor.preview, name="board-preview"),
    path("boards/shared/<str:link>/", board_pages.shared, name="board-shared"),
    path("boards/<str:board>/", board_pages.board, name="board"),
    path("boards/<str:board>/edit/", board_editor.editor, name="board-edit"),
    path("boards/<str:board>/save/", board_editor.save, name="board-save"),
    path("boards/<str:board>/copy/", board_pages.copy, name="board-copy"),
    path("boards/<str:board>/share/", board_pages.share, name="board-share"),
    path("boards/<str:board>/publish/", board_pages.publish, name="board-publish"),
    path("boards/<str:board>/remove/", board_pages.remove, name="board-remove"),
    path("boards/<str:board>/export.xlsx", board_exports.workbook, name="board-xlsx"),
    path("boards/<str:board>/export.docx", board_exports.document, name="board-docx"),
    path("boards/<str:board>/walls/", wall_pages.manage, name="board-walls"),
    path("boards/<str:board>/walls/make/", wall_pages.make, name="board-wall-make"),
    path("boards/<str:board>/walls/<number:number>/revoke/", wall_pages.revoke, name="board-wall-revoke"),
    path("wall/", wall_pages.enter, name="wall-enter"),
    path("wall/<str:board>/", wall_pages.wall, name="wall"),
    path("wall/<str:board>/content/", wall_pages.content, name="wall-content"),
    path("wall/<str:board>/ground/", wall_pages.ground, name="wall-ground"),
    path("wall/<str:board>/places/", wall_pages.places, name="wall-places"),
    path("map/", map_pages.map_page, name="map"),
    path("map/ground/", map_pages.ground, name="map-ground"),
    path("map/places/", map_pages.places, name="map-places"),
    path("map/firms/", map_pages.firms, name="map-firms"),
]
